"""Sending a text: the form, the signs of a script, the pre-check before it is taken in, the same form sent again."""

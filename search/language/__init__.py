"""The query language and the words of a text."""

"""Modes: the ways in which people take part in a consultation, a folder for each and one table of all."""

"""Coding: officers say what each text of a question says, in the codes of a frame, and count by code."""

"""Findings in a text: the passages they mark, and redaction."""

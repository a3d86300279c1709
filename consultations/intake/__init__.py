"""Submissions that were collected elsewhere."""

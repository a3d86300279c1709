"""Suggestions: other words for a passage, which the agency accepts or declines."""

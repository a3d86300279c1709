"""Whether a text may be shown."""

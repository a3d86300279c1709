"""Exports: files that officers download."""

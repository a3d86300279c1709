"""Exports: files that officers take away."""

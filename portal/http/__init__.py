"""Middleware of every answer: compression, content security policy."""

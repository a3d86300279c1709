"""Middleware of every answer: compression, content security policy, pages kept for all; other sites' forms refused."""

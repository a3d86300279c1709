"""Handing out what was sent to a consultation, for requests under a law on freedom of information."""

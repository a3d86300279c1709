"""The desk: what officers search and read."""

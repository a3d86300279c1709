"""Template tags: the statement of reasons, and how long is left."""

"""Deleting what has served its purpose: when it is due, what would go, and the job that does it."""

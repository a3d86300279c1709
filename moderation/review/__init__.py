"""Review: the queue, a case, and the decision on it."""

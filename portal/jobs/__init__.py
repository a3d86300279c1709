"""Background work: the worker with its periodic steps, and jobs that people start."""

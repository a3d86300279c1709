"""Work beside the web process: the worker with its steps, and jobs that a person asks for."""

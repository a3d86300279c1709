"""Commands: screening what was left."""

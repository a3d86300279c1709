"""An app that exists in tests only: the smallest users of what the ground offers to be inherited."""

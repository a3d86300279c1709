"""Which submissions an officer may find."""

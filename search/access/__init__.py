"""What an officer may find."""

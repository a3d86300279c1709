"""Commands about submissions."""

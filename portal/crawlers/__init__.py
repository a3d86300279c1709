"""What search engines are told: which pages there are, and what they leave alone."""

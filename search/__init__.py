"""What officers find and take away."""

"""What is asked, and what citizens gave."""

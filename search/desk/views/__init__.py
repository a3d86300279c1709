"""The pages of the desk, inside the Wagtail admin."""

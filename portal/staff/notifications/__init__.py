"""Notifications: what waits for single people of staff, shown in the staff area and told by e-mail as each chooses."""

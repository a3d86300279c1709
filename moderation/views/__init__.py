"""What people see of moderation: the policy in public, the queue inside the Wagtail admin."""

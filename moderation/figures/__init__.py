"""What moderation did, in numbers: for the public, and for those who keep the policy."""

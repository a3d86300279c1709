"""Screening: the policy in force applied to one revision."""

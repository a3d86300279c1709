"""Figures on how the policy is applied."""

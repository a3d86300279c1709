"""Accounts: the people who log in."""

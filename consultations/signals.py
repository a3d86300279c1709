"""The calls that go against the direction of the imports."""

from django.dispatch import Signal

# Sent when the letters that are owed to authors have been written.
# Whoever answers writes the letters that it owes itself, and returns how many.
letters_due = Signal()

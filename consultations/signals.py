"""The one call that goes against the direction of the imports."""

from django.dispatch import Signal

# Sent inside the transaction that stores a new text, with `submission` and `revision`.
# Whoever answers decides whether it may be shown; when nobody does, it stays `received` and is not shown.
submission_received = Signal()

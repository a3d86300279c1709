"""The calls that go against the direction of the imports."""

from django.dispatch import Signal

# Sent inside the transaction that stores a new text, with `submission` and `revision`.
# Whoever answers decides whether it may be shown; when nobody does, it stays `received` and is not shown.
submission_received = Signal()

# Sent before a text is taken in, with `draft`, a Submission that is not stored (or the one that gets a new text),
# and its `title` and `text`. Whoever answers returns a list of what the author should know first
# (`consultations.submitting.precheck.Advice`), and writes nothing.
submission_drafted = Signal()

# Sent when the letters that are owed to authors have been written.
# Whoever answers writes the letters that it owes itself, and returns how many.
letters_due = Signal()

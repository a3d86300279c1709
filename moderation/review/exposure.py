"""Texts that are hard to read: opened on purpose, and counted, so that nobody reads too many in a row."""

from moderation.models import Exposure


def has_opened(user, case):
    """Return whether somebody has opened the text that the case is about now."""
    return Exposure.objects.filter(user=user, case=case, at__gte=case.revision.at).exists()


def open_text(user, case):
    """Note that somebody opens the text."""
    Exposure.objects.create(user=user, case=case)

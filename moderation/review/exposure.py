"""Counts the distressing texts that a moderator opens, so that breaks can be suggested."""

from moderation.models import Exposure


def has_opened(user, case):
    """Return whether a user has opened the case's current revision."""
    return Exposure.objects.filter(user=user, case=case, created_at__gte=case.revision.created_at).exists()


def open_text(user, case):
    """Record that a user opens the case's text."""
    Exposure.objects.create(user=user, case=case)

"""The tray: what a moderator has just decided, and what of it can still be taken back."""

from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from moderation.models import Decision
from portal.outbox.models import MESSAGE_GRACE

TRAY_SIZE = 8
TRAY_PERIOD = timedelta(hours=8)  # a shift


class Decided(NamedTuple):
    """A decision in the tray, with the seconds for which it can be taken back; 0 when that is over."""

    decision: Decision
    seconds: int


def tray_of(user):
    """Return a user's latest decisions, latest first; those of a batch are undone on the batch's page."""
    now = timezone.now()
    made = Decision.objects.not_undone().filter(
        actor=user, batch=None, imported=False, created_at__gt=now - TRAY_PERIOD
    )
    made = made.select_related("case__submission").only("key", "action", "created_at", "case__submission__reference")
    return [Decided(each, seconds_left(each, now)) for each in made[:TRAY_SIZE]]


def seconds_left(decision, now):
    """Return how many whole seconds a decision can still be taken back."""
    return max(0, int((decision.created_at + MESSAGE_GRACE - now).total_seconds()))

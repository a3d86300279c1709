"""Whether the usual holds today: crisis levels and caretaker periods.

Every page asks, so the answer is kept for some seconds, and forgotten when somebody changes it.
"""

from datetime import timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from moderation.models import CaretakerPeriod, Crisis

KEY = "moderation.times"
FRESH = 10  # seconds that a crisis may take to reach another process


def read():
    """Read the crises and caretaker periods that count now or within the seconds that this is kept."""
    now = timezone.now()
    soon = now + timedelta(seconds=FRESH)
    periods = CaretakerPeriod.objects.filter(starts_at__lte=soon, ends_at__gt=now)
    return list(Crisis.objects.in_force()), list(periods)


def known():
    """Return the crises and caretaker periods, read anew every few seconds at most."""
    return cache.get_or_set(KEY, read, FRESH)


def forget(**_signal):
    """Read anew: somebody has changed something, perhaps in a transaction that others do not see yet."""
    cache.delete(KEY)
    transaction.on_commit(lambda: cache.delete(KEY))


def crisis_in_force():
    """Return the crisis in force, or None; one that is over by itself is over at once."""
    now = timezone.now()
    return next((crisis for crisis in known()[0] if crisis.expires_at > now), None)


def crisis_level():
    """Return the level in force; 0 when all is as usual."""
    now = crisis_in_force()
    return now.level if now else 0


def caretaker_period():
    """Return the caretaker period that we are in, or None."""
    now = timezone.now()
    return next((period for period in known()[1] if period.starts_at <= now < period.ends_at), None)


def reading_first():
    """Return why a person reads everything before it is published these days, or nothing."""
    now = crisis_in_force()
    if now and now.level >= Crisis.Level.BEFORE:
        return now.banner
    period = caretaker_period()
    return period.notice[:300] if period else ""

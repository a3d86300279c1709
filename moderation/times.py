"""Whether the usual holds today: crisis levels and caretaker periods."""

from django.utils import timezone

from moderation.models import CaretakerPeriod, Crisis


def crisis():
    """Return the crisis in force, or None."""
    return Crisis.objects.in_force().first()


def crisis_level():
    """Return the level in force; 0 when all is as usual."""
    now = crisis()
    return now.level if now else 0


def caretaker_period():
    """Return the caretaker period that we are in, or None."""
    now = timezone.now()
    return CaretakerPeriod.objects.filter(starts_at__lte=now, ends_at__gt=now).first()


def reading_first():
    """Return why a person reads everything before it is published these days, or nothing."""
    now = crisis()
    if now and now.level >= Crisis.Level.BEFORE:
        return now.banner
    period = caretaker_period()
    return period.notice[:300] if period else ""

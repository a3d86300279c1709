"""What tells that a public page about consultations may have changed."""

from django.db.models import Count, Q
from django.utils import timezone

from consultations.models import ConsultationPage, Event
from portal.http import freshness


@freshness.source
def newest_events():
    """Return the numbers of the newest events: every change of a status or a text leaves one."""
    return Event.objects.newest_ids()


@freshness.source
def openings_and_closings():
    """Return how many consultations have opened and closed so far: a list may change with one that it does not show."""
    now = timezone.now()
    opened, closed = Count("pk", filter=Q(opens_at__lte=now)), Count("pk", filter=Q(closes_at__lte=now))
    return ConsultationPage.objects.live().aggregate(opened=opened, closed=closed)

"""Telling followers: the worker reads the events of consultations, and posts a message for each who follows."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from consultations.follow_letters import DAILY_DIGEST, FOLLOWED_NEWS, WEEKLY_DIGEST
from consultations.models import ConsultationPage, Event, EventKind, Follow, FollowPace, FollowProgress
from portal.agency.moments import in_agency_time
from portal.jobs import worker
from portal.models import Message

TOLD_TO_FOLLOWERS = (
    EventKind.CONSULTATION_OPENED,
    EventKind.CONSULTATION_CHANGED,
    EventKind.CONSULTATION_EXTENDED,
    EventKind.CONSULTATION_CLOSED_EARLY,
    EventKind.CONSULTATION_CLOSES_SOON,
    EventKind.CONSULTATION_CLOSED,
    EventKind.OUTCOME_PUBLISHED,
    EventKind.OUTCOME_LATE,
)
# Of texts, followers hear of those that a spokesperson wrote for the agency.
EVENTS_TOLD = Q(kind__in=(EventKind.CONSULTATION_PUBLISHED, *TOLD_TO_FOLLOWERS)) | (
    Q(kind=EventKind.PUBLISHED, submission__isnull=False) & ~Q(submission__official_line="")
)
FOLLOWS_A_TRANSACTION = 100  # so that citizens who send something do not wait
NEWS_GRACE = timedelta(minutes=5)  # what an editor changes within this time is one letter
DIGEST_TIME = time(8)  # of the agency's day
MONDAY = 0


def tell_followers():
    """Post the messages about every event that followers were not told of yet."""
    settled = Event.objects.settled_id()
    if FollowProgress.reaches(settled):
        return
    while not worker.stopping() and tell_some(settled):
        pass


def tell_some(settled):
    """Post the messages about one event to some of its followers; return whether there may be more up to an id.

    The messages and how far it is are one transaction: a worker that is killed has told them or has not.
    """
    with transaction.atomic():
        progress = FollowProgress.locked()
        untold = Event.objects.filter(EVENTS_TOLD, pk__gt=progress.event, pk__lte=settled).order_by("pk")
        event = untold.first()
        if event is None:
            progress.move(event=max(settled, progress.event))
            return False
        follows = list(follows_of(event).filter(pk__gt=progress.last_told(event))[:FOLLOWS_A_TRANSACTION])
        for follow in follows:
            post_news(follow, event)
        if len(follows) < FOLLOWS_A_TRANSACTION:
            progress.move(event=event.pk)
        else:
            progress.move(event=progress.event, begun=event.pk, follow=follows[-1].pk)
    return True


def follows_of(event):
    """Select who is told of an event, in order: those who followed when it happened."""
    is_new = event.kind == EventKind.CONSULTATION_PUBLISHED
    is_public = ConsultationPage.objects.live().public().filter(pk=event.consultation_id).exists()
    if not is_public or Event.objects.filter(published_before(), pk=event.pk).exists():
        return Follow.objects.none()
    what = Q(consultation=None) if is_new else Q(consultation=event.consultation_id)
    follows = Follow.objects.confirmed().filter(what, confirmed_at__lte=event.created_at)
    return follows.select_related("follower__account").order_by("pk")


def published_before():
    """Return the condition of events that what they publish was on the site before: it is not new."""
    same = {name: OuterRef(name) for name in ("kind", "consultation")}
    same_text = Q(submission=OuterRef("submission")) | Q(submission=None, kind=EventKind.CONSULTATION_PUBLISHED)
    earlier = Event.objects.filter(same_text, **same, pk__lt=OuterRef("pk"))
    return Q(Exists(earlier), kind__in=[EventKind.CONSULTATION_PUBLISHED, EventKind.PUBLISHED])


def post_news(follow, event):
    """Post the message about an event, or let it join the one that waits."""
    follower, pace = follow.follower, FollowPace(follow.pace)
    if not (recipient := follower.recipient):
        return
    now = timezone.now()
    template, about, due_at = {
        FollowPace.AT_ONCE: (FOLLOWED_NEWS, follow, now + NEWS_GRACE),
        FollowPace.DAILY: (DAILY_DIGEST, follower, next_digest(now)),
        FollowPace.WEEKLY: (WEEKLY_DIGEST, follower, next_digest(now, on=MONDAY)),
    }[pace]
    posted = {"to": recipient, "about": about, "cause": event.pk, "language": follower.language}
    Message.objects.post(template, grace=due_at - now, prolongs=False, **posted)


def next_digest(now, on=None):
    """Return the next morning of the agency's, or that of a day of the week (0 is Monday)."""
    here = in_agency_time(now)
    days = 0 if here.time() < DIGEST_TIME else 1
    if on is not None:
        days += (on - (here.weekday() + days)) % 7
    return datetime.combine(here.date() + timedelta(days=days), DIGEST_TIME, timezone.get_default_timezone())

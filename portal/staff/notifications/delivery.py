"""Notify staff: a row for each person, and an e-mail at once or in the day's digest as the person chooses."""

from datetime import time, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.users.models import UserProfile

from portal.accounts.models import User
from portal.agency.moments import in_agency_time
from portal.outbox.models import Message
from portal.outbox.templates import Content, NotDue, message_template
from portal.staff.notifications.kinds import kind_named, still_waiting, ways_of
from portal.staff.notifications.models import NotificationChoice, NotificationWay, StaffNotification

NOTIFICATION_GRACE = timedelta(minutes=1)  # what comes within this time is one e-mail
DIGEST_TIME = time(8)  # of the agency's day
MAX_LINES = 25  # an e-mail lists so many, and counts the rest
NOTIFICATION, URGENT, DIGEST = "staff/notification", "staff/urgent", "staff/digest"


@transaction.atomic
def notify(key, about, people, *, actor=None):
    """Note that something waits for people, and post e-mails to those who want to hear of it at once.

    Called in the transaction of its cause. ``about`` is "label:id" of an object, or another key that the kind reads.
    The ``actor`` who caused it is not told; the caller passes nobody who may not read it.
    """
    kind = kind_named(key)
    told = [user for user in dict.fromkeys(people) if user.is_active and user != actor]
    if not told:
        return
    ways = ways_of(told, key)
    stored = dict(StaffNotification.objects.renew(key, about, ways).values_list("user", "pk"))
    at_once = [user for user, way in ways.items() if way == NotificationWay.AT_ONCE]
    template, grace = (URGENT, timedelta()) if kind.urgent else (NOTIFICATION, NOTIFICATION_GRACE)
    languages = languages_of(at_once)
    for user in at_once:
        post(template, user, stored[user.pk], languages, grace=grace)


def post(template, user, cause, languages, **kwargs):
    """Post an e-mail to a person; further causes join it until it is sent."""
    language = languages.get(user.pk, "")
    Message.objects.post(template, to=user.email, about=user, cause=cause, language=language, **kwargs)


def languages_of(people):
    """Return the languages that people have chosen for the staff area, by primary key."""
    chosen = UserProfile.objects.filter(user__in=people).exclude(preferred_language="")
    return dict(chosen.values_list("user", "preferred_language"))


def post_digests():
    """Post the digest of each person for whom something came before this morning; return how many were posted."""
    now = in_agency_time(timezone.now())
    morning = now.replace(hour=DIGEST_TIME.hour, minute=DIGEST_TIME.minute, second=0, microsecond=0)
    if now < morning:
        return 0
    untold = StaffNotification.objects.untold().filter(created_at__lt=morning)
    return sum(post_digest(user_id, untold) for user_id in set(untold.values_list("user", flat=True)))


@transaction.atomic
def post_digest(user_id, untold):
    """Post one person's digest; return False when another worker has just done so, or nothing is to be told."""
    never = NotificationChoice.objects.filter(user=user_id, way=NotificationWay.NEVER).values_list("kind", flat=True)
    rows = dict(untold.filter(user=user_id).select_for_update().values_list("pk", "kind"))
    StaffNotification.objects.filter(pk__in=rows).update(told_at=timezone.now())
    causes = sorted(pk for pk, kind in rows.items() if kind not in set(never))
    user = User.objects.get(pk=user_id)
    languages = languages_of([user]) if causes else {}
    for cause in causes:
        post(DIGEST, user, cause, languages)
    return bool(causes)


def forget_settled():
    """Delete the notifications whose subject does not wait for their person any more; return how many."""
    settled = []
    people = User.objects.filter(pk__in=StaffNotification.objects.values("user"))
    for user in people:
        rows = list(StaffNotification.objects.filter(user=user, created_at__lt=timezone.now() - NOTIFICATION_GRACE))
        waiting = {each.notification.pk for each in still_waiting(rows, user)}
        settled += [row.pk for row in rows if row.pk not in waiting]
    return StaffNotification.objects.filter(pk__in=settled).delete()[0]


def waiting_in(message):
    """Return what still waits of a message's causes, for its recipient; raise NotDue when nothing does."""
    user = User.objects.filter(pk=message.about_id, is_active=True).first()
    rows = StaffNotification.objects.listed().filter(pk__in=message.causes, user=user) if user else []
    if found := still_waiting(rows, user):
        return found
    raise NotDue("It does not wait for this person any more.")


def content_with(subject, found, *, urgent=False):
    """Return a message that lists what waits."""
    context = {
        "lines": found[:MAX_LINES],
        "more": max(0, len(found) - MAX_LINES),
        "urgent": urgent,
        "address": settings.SITE_URL + reverse("my_notifications"),
    }
    return Content(subject, "portal/messages/notifications.txt", context)


@message_template(NOTIFICATION, label=gettext_lazy("To staff: something waits"))
def notification_content(message):
    """Return the message about what waits for a person since a moment ago."""
    found = waiting_in(message)
    return content_with(str(found[0].kind.label) if len(found) == 1 else things_wait(len(found)), found)


@message_template(URGENT, label=gettext_lazy("To staff: something is urgent"))
def urgent_content(message):
    """Return the message about what cannot wait."""
    return content_with(_("Urgent: please look now"), waiting_in(message), urgent=True)


@message_template(DIGEST, label=gettext_lazy("To staff: the day's digest"))
def digest_content(message):
    """Return the digest of what came since the last one and still waits."""
    found = waiting_in(message)
    return content_with(things_wait(len(found)), found)


def things_wait(count):
    """Return the subject of a message about several things."""
    return ngettext("%d thing waits for you", "%d things wait for you", count) % count

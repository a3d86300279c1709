"""Following as a visitor and the worker do it."""

import re
from datetime import timedelta

import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from consultations.following import tell_followers
from consultations.models import Follow, Follower
from consultations.page_events import record_due_events
from portal.outbox.sending import send_due
from tests.consultations.submitting import stamp

ADDRESS = "amira@example.org"
LINK = re.compile(r"http://testserver(/following/\S+)")


def ask(client, page=None, address=ADDRESS, **fields):
    """Send the form as a guest does."""
    path = reverse("consultations:follow", args=[page.slug]) if page else reverse("consultations:follow_agency")
    return client.post(path, {"address": address, "pace": "at_once", "stamp": stamp(), "website": "", **fields})


def follow_of(page=None, pace="at_once", address=ADDRESS):
    """Return a confirmed follow, of a consultation whose opening is recorded already."""
    record_due_events()
    follow = Follow.objects.begin(Follower.objects.with_address(address, "en-gb"), page, pace)
    follow.confirm()
    return follow


def letters_after(**time):
    """Let the worker record, tell and send what is due now and after a time; return the letters since then."""
    sent = len(mail.outbox)
    record_due_events()
    tell_followers()
    with time_machine.travel(timezone.now() + timedelta(**(time or {"minutes": 6})), tick=False):
        send_due()
    return mail.outbox[sent:]


def link_in(letter):
    """Return the path of the page that a letter leads to for changing, stopping or saying yes."""
    return LINK.search(letter.body)[1]

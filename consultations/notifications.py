"""Letters to authors who left an address: that we have their text, what a person decided about it, and why.

An event that owes a letter says so on its row (`tell_author`); `manage.py tell_authors` finds it there, so that
neither citizens nor moderators ever wait for a mail server, and nothing is lost while there is none.
"""

import logging
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.models import Event, EventKind
from consultations.signals import letters_due
from portal.agency.branding import branding

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=30)  # what is changed again at once is told once, as it stands then


class MailUnavailable(Exception):
    """The mail server did not take a letter; it stays owed."""


def owed():
    """Select the events that owe their author a letter, oldest first."""
    due = Event.objects.filter(tell_author=True, created_at__lte=timezone.now() - GRACE).order_by("id")
    return due.select_related(
        "submission__consultation", "submission__cleared", "submission__current", "submission__response"
    )


def tell_authors():
    """Write every letter that is owed; return how many were written."""
    written = sum(tell(event) for event in owed().iterator(chunk_size=100))
    return written + sum(more for _answerer, more in letters_due.send(Event))


def tell(event):
    """Write one letter, unless another process is at it; a letter that cannot be sent stays owed."""
    if not Event.objects.filter(pk=event.pk, tell_author=True).update(tell_author=False):
        return False
    try:
        write(event)
    except MailUnavailable:
        Event.objects.filter(pk=event.pk).update(tell_author=True)
        raise
    return True


def write(event):
    """Send the letter: how the submission stands now, and the author's own link to its receipt.

    The link for an answer opens the receipt of the whole questionnaire, and from there that of each text.
    """
    submission = event.submission
    context = {
        "submission": submission,
        "first": event.kind == EventKind.RECEIVED,
        "waiting": submission.is_waiting,
        "link": settings.SITE_URL + (submission.response or submission).get_receipt_url(),
    }
    subject = _("Your text %(reference)s: %(title)s") % {
        "reference": submission.reference,
        "title": submission.consultation.title,
    }
    post(submission.author_email, subject, "consultations/letter.txt", context)


def post(address, subject, template, context):
    """Send one letter; raise MailUnavailable when the mail server does not take it."""
    text = render_to_string(template, context | {"agency": branding()["name"]})
    try:
        send_mail(" ".join(subject.split())[:200], text, None, [address])
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("The letter “%s” could not be sent.", subject[:40])
        raise MailUnavailable(f"The mail server cannot be reached: {error}") from error

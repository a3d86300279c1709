"""Letters to authors who left an address: that we have their text, and what a person decided about it.

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

from consultations.models import Event
from portal.site import branding

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=30)  # what is changed again at once is told once, as it stands then


class MailUnavailable(Exception):
    """The mail server did not take a letter; it stays owed."""


def owed():
    """Select the events that owe their author a letter, oldest first."""
    due = Event.objects.filter(tell_author=True, at__lte=timezone.now() - GRACE).order_by("id")
    return due.select_related("submission__consultation", "submission__cleared", "submission__current")


def tell_authors():
    """Write every letter that is owed; return how many were written."""
    written = 0
    for event in owed().iterator(chunk_size=100):
        written += tell(event)
    return written


def tell(event):
    """Write one letter, unless another process is at it; a letter that cannot be sent stays owed."""
    if not Event.objects.filter(pk=event.pk, tell_author=True).update(tell_author=False):
        return False
    try:
        write(event)
    except (OSError, smtplib.SMTPException) as error:
        Event.objects.filter(pk=event.pk).update(tell_author=True)
        logger.warning("The letter about %s could not be sent.", event.submission.reference)
        raise MailUnavailable(f"The mail server cannot be reached: {error}") from error
    return True


def write(event):
    """Send the letter: how the submission stands now, and the author's own link to its receipt."""
    submission = event.submission
    context = {
        "submission": submission,
        "first": event.detail == "received",
        "waiting": submission.pending or submission.status in ("held", "received"),
        "link": settings.SITE_URL + submission.get_receipt_url(),
        "agency": branding()["name"],
    }
    subject = _("Your text %(reference)s: %(title)s") % {
        "reference": submission.reference,
        "title": submission.consultation.title,
    }
    send_mail(
        " ".join(subject.split())[:200],
        render_to_string("consultations/letter.txt", context),
        None,
        [submission.author_email],
    )

"""Messages to authors who left an address: the receipt, and every decision on their text."""

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.models import Event, EventKind
from portal.models import ConfirmedAddress, Message
from portal.outbox.models import MESSAGE_GRACE
from portal.outbox.templates import Content, NotDue, message_template

AUTHOR_MESSAGE = "consultations/author"
TOLD_TO_AUTHORS = (
    EventKind.RECEIVED,
    EventKind.PUBLISHED,
    EventKind.HELD,
    EventKind.REFUSED,
    EventKind.WITHDRAWN,
    EventKind.CHANGE_REFUSED,
    EventKind.RETURNED,
)


def tell_author(event):
    """Post a message to the author about an event, unless the author caused the event or left no address.

    The texts of one questionnaire share a message.
    """
    submission = event.submission
    by_somebody_else = event.actor_id and event.actor_id != submission.author_id
    if event.kind == EventKind.RECEIVED or by_somebody_else:
        post_to_author(event)


def post_to_author(event):
    """Post a message about an event to the author, unless none left an address here."""
    submission = event.submission
    if not submission.wants_letters:
        return
    if submission.author and submission.author.email.lower() == submission.author_email.lower():
        ConfirmedAddress.note_address(submission.author_email)
    is_answer = event.kind == EventKind.RECEIVED and submission.response_id
    about = submission.response if is_answer else submission
    Message.objects.post(AUTHOR_MESSAGE, to=submission.author_email, about=about, cause=event.pk, grace=MESSAGE_GRACE)


def forget_author(event):
    """Cancel the waiting messages to the author of an erased text; blank the addresses of sent ones."""
    submission = event.submission
    for subject in filter(None, (submission, submission.response)):
        Message.objects.about(subject).forget_recipients()


def receipt_about(label, subject_id):
    """Return the path of the receipt that a letter to an author leads to."""
    return apps.get_model(label).objects.get(pk=subject_id).get_receipt_url()


@message_template(AUTHOR_MESSAGE, label=gettext_lazy("What became of an author’s text"), private_page=receipt_about)
def author_message(message):
    """Return the message about the submission's status, with the author's link to the receipt.

    The link for an answer opens the receipt of the whole response, which links to that of each text.
    """
    events = Event.objects.filter(pk__in=message.causes).select_related(
        "submission__consultation", "submission__cleared", "submission__current", "submission__response"
    )
    if not events:
        raise NotDue(_("What it tells of is gone."))
    submission = events[0].submission
    context = {
        "submission": submission,
        "first": all(event.kind == EventKind.RECEIVED for event in events),
        "waiting": submission.is_waiting,
        "link": settings.SITE_URL + (submission.response or submission).get_receipt_url(),
    }
    subject = _("Your text %(reference)s: %(title)s") % {
        "reference": submission.reference,
        "title": submission.consultation.title,
    }
    return Content(subject, "consultations/messages/author.txt", context)

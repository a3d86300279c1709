"""The way back for whoever lost a receipt: every link is sent to the address that was left beside the texts."""

from django.apps import apps
from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.models import Submission
from portal.models import Message
from portal.outbox.address_keys import address_keys
from portal.outbox.templates import Content, NotDue, message_template

LOST_RECEIPTS = "consultations/lost_receipts"
RECEIPTS_OF_ADDRESS_SALT = "consultations.receipts_of_address"
RECEIPTS_OF_ADDRESS_SECONDS = 3600  # that the page opens after somebody has confirmed an address
RECEIPTS_LISTED = 200
NO_TEXT = 0  # the id of no row


def texts_with_address(address):
    """Select the texts whose authors left an address here, newest first; an imported address was not left for this."""
    return Submission.objects.filter(author_email=address, source="", erased_at=None).order_by("-received_at", "-pk")


def receipts_with_address(address):
    """Return what was sent with an address, newest first, and whether there is more than is listed.

    These are responses, and texts that are in none.
    """
    texts = texts_with_address(address).select_related("consultation", "response__consultation")
    bodies = [f"{path}consultation__{name}" for path in ("", "response__") for name in ("body", "outcome")]
    found = list(texts.defer(*bodies)[: RECEIPTS_LISTED + 1])
    receipts = list(dict.fromkeys(text.response or text for text in found[:RECEIPTS_LISTED]))
    return receipts, len(found) > RECEIPTS_LISTED


def post_lost_receipts(address, language):
    """Post a letter with the links to the address that was left.

    One is posted too where no text has the address, about none: nobody can tell by the time that the answer takes. The
    worker sends no such letter.
    """
    pk, left = texts_with_address(address).values_list("pk", "author_email").first() or (NO_TEXT, address)
    Message.objects.post(LOST_RECEIPTS, to=left, about=Submission(pk=pk), cause="lost", language=language)


def receipts_path(label, subject_id):
    """Return the path of the page that lists the receipts, for whoever has just confirmed the address."""
    text = apps.get_model(label).objects.get(pk=subject_id)
    return reverse("consultations:receipts_of_address", args=[signing.dumps(text.pk, salt=RECEIPTS_OF_ADDRESS_SALT)])


def address_of_token(token):
    """Return the address that a page of receipts is for; '' once it is forgotten. Raises BadSignature."""
    pk = signing.loads(token, salt=RECEIPTS_OF_ADDRESS_SALT, max_age=RECEIPTS_OF_ADDRESS_SECONDS)
    return Submission.objects.filter(pk=pk).values_list("author_email", flat=True).first() or ""


@message_template(LOST_RECEIPTS, label=gettext_lazy("To an author: every receipt"), private_page=receipts_path)
def lost_receipts_letter(message):
    """Return the letter with the link of every receipt; what was written is not in it."""
    newest = Submission.objects.filter(pk=message.about_id).first()
    if newest is None or message.recipient_key not in address_keys(newest.author_email):
        raise NotDue(_("No text has the address, or not any more."))
    receipts, has_more = receipts_with_address(newest.author_email)
    rows = [(each, settings.SITE_URL + each.get_receipt_url()) for each in receipts]
    context = {"rows": rows, "has_more": has_more}
    return Content(_("Your receipts"), "consultations/messages/lost_receipts.txt", context)

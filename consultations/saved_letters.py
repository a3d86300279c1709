"""The letter with the link to a saved response, for whoever asked for it.

Whoever has the link may read and send the answers, so an address that nobody has confirmed is asked first whose it is.
"""

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.models import SavedResponse
from portal.models import Message
from portal.outbox.templates import Content, NotDue, message_template

SAVED_LINK = "consultations/saved_link"


@transaction.atomic
def post_saved_link(saved, address, language):
    """Post the letter with the link, and remember the address, so that its owner can have all of it erased."""
    saved.note_address(address)
    Message.objects.post(SAVED_LINK, to=address, about=saved, cause="asked", language=language)


def mailed_to(address):
    """Select the saved responses whose link was mailed to an address, also if it went to another one afterwards.

    Of earlier addresses nothing is known but the hashes that letters keep: once those are pruned, nothing of them is.
    """
    letters = Message.objects.to(address).filter(template=SAVED_LINK)
    return SavedResponse.objects.filter(Q(address=address) | Q(pk__in=[each.about_id for each in letters]))


def saved_path(label, subject_id):
    """Return the path of the saved answers, for whoever has just confirmed the address."""
    saved = apps.get_model(label).objects.select_related("consultation").get(pk=subject_id)
    return saved.get_absolute_url()


@message_template(SAVED_LINK, label=gettext_lazy("To somebody who saved answers: the link"), private_page=saved_path)
def saved_letter(message):
    """Return the letter with the link; nothing that was answered is in it."""
    saved = SavedResponse.kept().filter(pk=message.about_id).select_related("consultation").defer("answers").first()
    if saved is None:
        raise NotDue(_("The answers were sent or deleted."))
    if not saved.consultation.live:
        raise NotDue(_("The consultation is not on the site."))
    context = {
        "title": saved.consultation.title,
        "closes_at": saved.consultation.closes_at,
        "kept_until": saved.expires_at,
        "link": settings.SITE_URL + saved.get_absolute_url(),
    }
    return Content(_("Your saved answers"), "consultations/messages/saved_link.txt", context)

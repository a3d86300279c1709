"""The letter to the author of a suggestion, once the agency has answered it."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.models import Submission, SuggestionAnswer
from consultations.notifications import receipt_about
from portal.models import Message
from portal.outbox.address_keys import address_keys
from portal.outbox.models import MESSAGE_GRACE
from portal.outbox.templates import Content, NotDue, message_template

ANSWER_FOR_AUTHOR = "consultations/suggestion_answered"


def tell_of_answer(event):
    """Post a letter about an answer to the author who left an address here.

    A corrected reason alone is no news; another verdict is, because the letter before has said something else.
    """
    suggestion = event.submission
    newest, *earlier = SuggestionAnswer.objects.filter(suggestion=suggestion)[:2]  # a view may hold older ones
    is_news = not earlier or earlier[0].verdict != newest.verdict
    if is_news and suggestion.wants_letters:
        to, subject = suggestion.author_email, {"about": suggestion, "cause": event.pk}
        Message.objects.post(ANSWER_FOR_AUTHOR, to=to, grace=MESSAGE_GRACE, **subject)


@message_template(
    ANSWER_FOR_AUTHOR, label=gettext_lazy("To authors: what came of a suggestion"), private_page=receipt_about
)
def answer_letter(message):
    """Return the letter with the answer that is in force; the suggestion itself is not quoted."""
    suggestion = Submission.objects.filter(pk=message.about_id).select_related("consultation").first()
    if suggestion is None or message.recipient_key not in address_keys(suggestion.author_email):
        raise NotDue(_("No text has the address, or not any more."))
    answer = SuggestionAnswer.objects.in_force().filter(suggestion=suggestion).first()
    if answer is None or not suggestion.is_public:
        raise NotDue(_("The suggestion is not public any more."))
    link = settings.SITE_URL + suggestion.get_receipt_url()
    context = {"suggestion": suggestion, "page": suggestion.consultation, "answer": answer, "link": link}
    subject = _("We have answered your suggestion %s") % suggestion.reference
    return Content(subject, "consultations/messages/suggestion_answered.txt", context)

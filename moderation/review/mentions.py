"""Messages to colleagues who are mentioned in a note on a case."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.models import Case
from moderation.models.case import MENTION_MESSAGE
from portal.casework.models import Mention
from portal.outbox.templates import Content, NotDue, message_template


@message_template(MENTION_MESSAGE, label=gettext_lazy("Mentioned in a note"))
def mention_content(message):
    """Return the message to a mentioned colleague; the note's words stay in the staff area."""
    unseen = Mention.objects.filter(pk__in=message.causes, seen_at=None, user__is_active=True).select_related(
        "actor", "user"
    )
    mentions = list(unseen)
    case = Case.objects.select_related("submission").filter(pk=message.about_id, closed_at=None).first()
    if not mentions or case is None or not case.may_be_read_by(mentions[0].user):
        raise NotDue("The mention was seen, or the case is closed or elsewhere.")
    context = {
        "people": ", ".join(dict.fromkeys(str(mention.actor) for mention in mentions if mention.actor)),
        "reference": case.submission.reference,
        "address": settings.SITE_URL + reverse("queue_case", args=[case.pk]),
    }
    return Content(
        _("A colleague mentions you: %s") % case.submission.reference, "moderation/messages/mention.txt", context
    )

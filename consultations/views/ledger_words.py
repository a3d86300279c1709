"""How entries read that are about consultations."""

from django.utils.translation import gettext_lazy as _

from consultations.models import ConsultationPage
from portal.audit.sentences import ledger_sentences, ledger_subject

ledger_sentences(
    "consultations",
    _("Times of consultations, and pauses"),
    {
        "pause.begun": _("{who} paused taking part: {reason}"),
        "pause.ended": _("{who} ended a pause of taking part"),
        "consultation.closed_early": _("{who} closed {what} early: {reason}"),
        "consultation.extended": _("{who} kept {what} open longer: {reason}"),
    },
)


@ledger_subject("consultations.consultationpage")
def name_consultations(ids, _user):
    """Find consultations that everybody may read by their titles; the others stay numbers."""
    pages = ConsultationPage.objects.live().public().filter(pk__in=ids)
    return {str(page.pk): (page.title, page.get_absolute_url()) for page in pages}

"""How entries read that are about consultations."""

from django.utils.translation import gettext_lazy as _

from consultations.models import ConsultationPage, Spokesperson
from portal.audit.sentences import ledger_sentences, ledger_subject

ledger_sentences(
    "consultations",
    _("Consultations: times, pauses, statements, suggestions"),
    {
        "pause.begun": _("{who} paused taking part: {reason}"),
        "pause.ended": _("{who} ended a pause of taking part"),
        "consultation.closed_early": _("{who} closed {what} early: {reason}"),
        "consultation.extended": _("{who} kept {what} open longer: {reason}"),
        "consultation.version_withheld": _("{who} withheld version {number} of the text of {what}: {reason}"),
        "consultation.votes_exported": _("{who} took away {count} votes on statements of {what}"),
        "suggestion.answered": _("{who} answered {what}: {verdict}"),
        "suggestion.answer_corrected": _("{who} corrected the answer to {what}: {verdict}"),
        "consultation.statements_added": _("{who} added {count} statements to {what}"),
    },
)


ledger_sentences(
    "voice",
    _("Who speaks for the agency"),
    {
        "spokesperson.entered": _("{who} entered who speaks for the agency: {what}"),
        "spokesperson.changed": _("{who} changed the entry of {what} among those who speak for the agency: {fields}"),
        "comment.pinned": _("{who} put {what} above the comments"),
        "comment.unpinned": _("{who} put {what} back among the comments"),
    },
)


@ledger_subject("consultations.spokesperson")
def name_spokespersons(ids, _user):
    """Find entries of the register by who they are about; they stand in no page of their own."""
    found = Spokesperson.objects.filter(pk__in=ids).select_related("user")
    return {str(entry.pk): (str(entry.user), "") for entry in found}


@ledger_subject("consultations.consultationpage")
def name_consultations(ids, _user):
    """Find consultations that everybody may read by their titles; the others stay numbers."""
    pages = ConsultationPage.objects.live().public().filter(pk__in=ids)
    return {str(page.pk): (page.title, page.get_absolute_url()) for page in pages}

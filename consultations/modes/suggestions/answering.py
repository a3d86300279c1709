"""The agency's answers to suggestions: who gives them, and what is noted of it."""

from django.db import transaction

from consultations.models import SuggestionAnswer, spokesperson_of
from portal.audit import record

STAFF = "wagtailadmin.access_admin"


def may_answer(user, page):
    """Return whether somebody answers suggestions for the agency: who may publish the text, and who speaks for it."""
    if not (user.is_authenticated and user.has_perm(STAFF)):
        return False
    return page.permissions_for_user(user).can_publish() or spokesperson_of(user) is not None


@transaction.atomic
def answer(suggestion, verdict, reason, *, actor, read=None, revision=None):
    """Give or correct the agency's answer, with an entry in the ledger; raise AnsweredMeanwhile as `give` does."""
    given = SuggestionAnswer.give(suggestion, verdict, reason, actor=actor, read=read, revision=revision)
    action = "suggestion.answer_corrected" if read else "suggestion.answered"
    record(action, actor=actor, subject=suggestion, verdict=str(given.verdict))
    return given

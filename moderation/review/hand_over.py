"""Handing a case to another desk, asking for two moderators, and the notes that a user may read."""

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.models import Submission
from moderation.models import CaseClosed
from moderation.review.opinions import opinions_differ, opinions_on
from portal.audit import record


@transaction.atomic
def hand_over(case, desk, note, actor):
    """Put a case on another desk, with a note for its moderators; "" is the moderators' own desk.

    Afterwards only that desk's moderators may read and decide the case.
    """
    submission = Submission.objects.select_for_update().get(pk=case.submission_id)  # lock the row, as in `decide`
    case.refresh_from_db()
    case.submission = submission
    case.refuse_hand_over(desk, actor)
    if opinions_differ(opinions_on(case)):
        raise CaseClosed(_("Two readers do not agree on this text, so a lead moderator has to decide."))
    case.hand_over(desk, actor, note)


@transaction.atomic
def ask_two(case, actor):
    """Require two moderators who agree on the case."""
    case.ask_two(actor)
    record("case.second_opinion_asked", actor=actor, subject=case)


def notes_for(case, user):
    """Return the notes that the user may read; the first opinion's author stays unknown to the second."""
    notes = list(case.notes.select_related("actor"))
    given = opinions_on(case)
    if opinions_differ(given):
        return notes
    readers = {opinion.actor_id for opinion in given} - {user.pk}
    return [note for note in notes if note.actor_id not in readers]

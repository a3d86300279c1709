"""Undoing a decision: within half a minute, before its message is sent or anything else happens."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.models import Submission
from moderation.models import Case, CaseClosed, Decision
from moderation.redress import appeals, reports
from moderation.review.sealing import follow_seal
from portal.audit import record
from portal.outbox.models import MESSAGE_GRACE, Message, MessageLeft


@transaction.atomic
def take_back(decision, actor):
    """Undo a decision for the user who made it, or raise CaseClosed and change nothing.

    The decision's row stays, marked as undone. The submission gets its previous fields back, the case is reopened for
    the same user, and the waiting message is cancelled.
    """
    submission = Submission.objects.select_for_update().get(pk=decision.case.submission_id)
    decision = Decision.objects.select_related("case").get(pk=decision.pk)
    refuse_late_return(decision, submission, actor)
    call_off_message(decision, submission)
    submission.restore(decision.previous_state, actor)
    decision.take_back()
    if decision.action == Decision.Action.REDACT:
        follow_seal(submission)
    case = decision.case
    case.reopen(actor, returned_until=None)
    appeals.reopen_appeal(decision)
    reports.reopen_reports(case, decision)
    # The opinion is deleted so that the user can give another one; the decision keeps a record of it.
    case.opinions.filter(revision=decision.revision_id, actor=actor).delete()
    record("case.taken_back", actor=actor, subject=submission, case=case.pk, decision=str(decision.key))
    return case


def refuse_late_return(decision, submission, actor):
    """Raise CaseClosed with the reason why the decision cannot be undone."""
    if decision.undone_at:
        raise CaseClosed(_("This decision was taken back a moment ago."))
    if decision.actor_id != actor.pk:
        raise CaseClosed(_("Only who made a decision can take it back."))
    if timezone.now() - decision.created_at > MESSAGE_GRACE:
        raise CaseClosed(_("The half minute is over, so the decision stands. Open the text again to change it."))
    others = Case.objects.filter(submission=submission, closed_at=None).exclude(pk=decision.case_id)
    if others.exists() or submission.events.latest("id").pk != decision.previous_state.get("event"):
        raise CaseClosed(_("Something else has happened to this text since, so the decision stands."))


def call_off_message(decision, submission):
    """Cancel the message about a decision; raise CaseClosed if it was sent."""
    try:
        Message.objects.call_off(submission, decision.previous_state["event"])
    except MessageLeft as error:
        raise CaseClosed(_("The author has been told, so the decision stands.")) from error

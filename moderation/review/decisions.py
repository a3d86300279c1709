"""Decides a case once, on the revision that the moderator read, and records everything about it."""

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.models import Status, Submission
from moderation.findings.redaction import REMOVED_NAME_LABEL, Span, redacted
from moderation.models import Case, CaseClosed, Citation, Decision, PolicyVersion
from moderation.redress import appeals, reports
from moderation.redress.tombstones import redacted_tombstone, refused_tombstone
from moderation.restrictions import crisis
from moderation.review import blind_reviews, returning
from moderation.review.opinions import record_opinion
from moderation.review.proposed_decision import ProposedDecision
from moderation.review.sealing import follow_seal
from moderation.review.undo import take_back
from portal.agency.moments import day_and_time
from portal.audit import record, text_digest

__all__ = ["decide", "name_clauses", "refuse_late_decision", "refuse_unfit_reader", "take_back"]


DECIDED_WITH = ("revision", "claimed_by", "returned_by", "blind_check__decision")


@transaction.atomic
def decide(
    case, *, revision_id, action, actor, clauses=(), reason="", spans=(), imported=False, batch=None, measures=()
):
    """Apply a moderator's decision to a case, or raise CaseClosed and change nothing.

    1. The submission's row is locked first, as everywhere, so that concurrent decisions and edits run one by one.
    2. The case must be open, its revision the one that was read (``revision_id``), and the user allowed to decide.
    3. The Opinion is returned when two people have to agree and this is the first opinion, or when they differ. For a
       blind review the BlindCheck is returned.
    4. Otherwise the Decision is stored and returned, the case closed, the submission changed and the ledger written, in
       one transaction.
    """
    submission = Submission.objects.select_for_update().get(pk=case.submission_id)
    case = Case.objects.select_related(*DECIDED_WITH).get(pk=case.pk)
    case.submission = submission
    refuse_late_decision(case, submission, revision_id, actor)
    refuse_unfit_reader(case, actor)
    proposed = ProposedDecision(action, clauses, reason, spans)
    refuse_unfit_action(case, submission, proposed)
    version = policy_in_force()
    if hasattr(case, "blind_check"):
        return blind_reviews.record_blind_review(case, action=action, clauses=clauses, actor=actor)
    if not imported and (opinion := record_opinion(case, proposed, actor, version)):
        return opinion
    made = {"version": version, "actor": actor, "imported": imported, "batch": batch, "measures": list(measures)}
    decision = store_decision(case, submission, proposed, **made)
    if action != Decision.Action.RETURN:
        case.close_decided(decision)
    APPLY_ACTION[action](submission, decision, clauses)
    note_event(decision, submission)
    appeals.close_appeal(case, decision)
    reports.close_reports(case, decision)
    write_ledger(decision, submission, proposed)
    return decision


def refuse_late_decision(case, submission, revision_id, actor):
    """Raise CaseClosed when the case was decided, returned, withdrawn or changed since it was read."""
    if case.closed_at:
        last = case.decisions.not_undone().exclude(action=Decision.Action.RETURN).select_related("actor").first()
        if last is None:
            raise CaseClosed(_("The author changed the text, and the new one needs no decision."))
        what = last.get_action_display().lower()
        if last.actor_id and last.actor == actor:  # in another window, or by a key pressed twice
            raise CaseClosed(_("You have decided this case already: %s.") % what)
        raise CaseClosed(
            _("%(who)s decided this case a moment ago: %(what)s.") % {"who": last.actor or _("Somebody"), "what": what}
        )
    if submission.status == Status.WITHDRAWN:
        raise CaseClosed(_("The author has withdrawn this text."))
    if case.is_with_author:
        raise CaseClosed(
            _("%(who)s returned this text to its author, who may change it until %(until)s.")
            % {"who": case.returned_by or _("Somebody"), "until": day_and_time(case.returned_until)}
        )
    if case.revision_id != revision_id:
        raise CaseClosed(_("The author has changed the text since you opened it. Read the new one first."))


def refuse_unfit_reader(case, actor):
    """Raise CaseClosed for a user without access to the desk, who decided on the text before, or edits the page."""
    desk = Case.Desk(case.desk)
    if desk != Case.Desk.MODERATORS and not (actor and actor.has_perm(desk.permission)):
        raise CaseClosed(_("This case was handed over: %s.") % desk.label)
    if case.cause == Case.Cause.APPEALED:
        appeals.check_reviewer(case, actor)
    if hasattr(case, "blind_check") and case.blind_check.decision.actor == actor:
        raise CaseClosed(_("You have decided on this text before, so somebody else reads it now."))
    if actor and case.is_of_own_consultation(actor):
        raise CaseClosed(_("This consultation is your own work, so somebody else decides on what people say to it."))


def refuse_unfit_action(case, submission, proposed):
    """Raise CaseClosed for an action that is not possible for this case."""
    if case.cause == Case.Cause.APPEALED and not proposed.reason.strip():
        raise CaseClosed(_("An appeal is always answered in writing. Tell the author why."))
    if case.cause == Case.Cause.APPEALED and proposed.action == Decision.Action.RETURN:
        raise CaseClosed(_("An appeal gets an answer: the text is published, in whole or in part, or it is not."))
    if submission.source and proposed.action == Decision.Action.RETURN:
        raise CaseClosed(_("This text was imported, so its author cannot change it here."))
    is_new = submission.status != submission.status_if_fit or submission.cleared_id != case.revision_id
    if is_new and submission.for_public and proposed.action in (Decision.Action.PUBLISH, Decision.Action.REDACT):
        crisis.refuse_publication()


def policy_in_force():
    """Return the policy version in force; raise CaseClosed without one."""
    version = PolicyVersion.current()
    if version is None:
        raise CaseClosed(_("No policy is in force, so nothing can be decided under it."))
    return version


def store_decision(case, submission, proposed, **made):
    """Store the decision with its citations and a snapshot of the submission for undo."""
    decision = Decision.objects.create(
        case=case,
        revision=case.revision,
        action=proposed.action,
        reason=proposed.reason,
        spans=[list(span) for span in proposed.spans],
        previous_state=submission.snapshot(),
        **made,
    )
    Citation.objects.bulk_create(Citation(decision=decision, clause=key) for key in proposed.clauses)
    return decision


def note_event(decision, submission):
    """Note which event the decision left; nothing may follow it when it is taken back."""
    event = submission.events.latest("id")
    decision.previous_state |= {"event": event.pk}
    decision.save(update_fields=["previous_state", "result"])


def write_ledger(decision, submission, proposed):
    """Write the decision to the ledger; last, because appending locks the ledger's end."""
    record(
        "case.decided",
        actor=decision.actor,
        subject=submission,
        case=decision.case_id,
        action=decision.action,
        clauses=list(proposed.clauses),
        version=decision.version.number,
        revision=text_digest(decision.revision.text),
        **({"measures": decision.measures} if decision.measures else {}),
    )


def apply_publish(submission, decision, _clauses):
    """Publish the text unchanged, or keep it if it was not given to be published."""
    submission.move(submission.status_if_fit, revision=decision.revision, actor=decision.actor)
    if decision.revision.is_sealed:  # a redaction is overturned
        follow_seal(submission)


def apply_redact(submission, decision, clauses):
    """Show the text without the marked passages; the whole of it stays, sealed."""
    revision = decision.revision
    kept = {
        field: redacted(getattr(revision, field), [span for span in as_spans(decision) if span.field == field])
        for field in ("title", "text")
    }
    decision.result = submission.redact(actor=decision.actor, name=name_instead(submission, decision), **kept)
    reason = redacted_tombstone(decision.version, clauses, len(decision.spans))
    submission.move(submission.status_if_fit, revision=decision.result, actor=decision.actor, reason=reason)
    follow_seal(submission)


def name_instead(submission, decision):
    """Return what is shown in place of the author's name, sealing the name in the decision; None to leave it."""
    if not any(span.field == "name" for span in as_spans(decision)):
        return None
    decision.previous_state["author_name"] = submission.author_name
    return f"[{REMOVED_NAME_LABEL}]"


def apply_refuse(submission, decision, clauses):
    """Refuse the text; a refused change leaves the public revision in place."""
    if submission.status == Status.PUBLISHED and submission.cleared_id != decision.revision_id:
        submission.drop_change(actor=decision.actor)
    else:
        reason = decision.reason[:300] if decision.imported else refused_tombstone(decision.version, clauses)
        submission.move(Status.REFUSED, revision=decision.revision, actor=decision.actor, reason=reason)


def apply_return(submission, decision, clauses):
    """Return the text to its author; the case stays open until the author responds or the deadline passes."""
    case = decision.case
    until = returning.return_deadline(case, submission.consultation.closes_at if submission.consultation else None)
    case.wait_for_author(until, decision.actor)
    reason = _("We ask you to change it: %s") % name_clauses(decision.version, clauses)
    submission.ask_for_change(reason=reason[:300], until=until, actor=decision.actor)


APPLY_ACTION = {
    Decision.Action.PUBLISH: apply_publish,
    Decision.Action.REDACT: apply_redact,
    Decision.Action.REFUSE: apply_refuse,
    Decision.Action.RETURN: apply_return,
}


def as_spans(decision):
    """Return the redacted passages of a decision."""
    return [Span(*span) for span in decision.spans]


def name_clauses(version, keys):
    """Return clauses by number and title, such as “clause 4 (Private details)”."""
    clauses = [version.clause(key) for key in keys]
    return ", ".join(
        _("clause %(number)s (%(title)s)") % {"number": clause.number, "title": clause.title} for clause in clauses
    )

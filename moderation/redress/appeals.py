"""Appeals: an author asks for a second review of a decision; another moderator reviews it and replies in writing.

`decide` calls `check_reviewer` before it applies a decision and `close_appeal` afterwards; `take_back` calls
`reopen_appeal`, all in the caller's transaction. `settle_appeals` ends appeals that need no decision any more.
"""

from datetime import datetime, time

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.models import EventKind, Revision, Status, Submission
from consultations.plain_text import plain
from moderation.findings.case_text import screening_of
from moderation.models import (
    Appeal,
    BlindCheck,
    Case,
    CaseClosed,
    Decision,
    Example,
    ModerationSettings,
    Opinion,
)
from moderation.models.notification_keys import APPEALED
from moderation.screening.screen import open_case
from portal.agency.days import months_later
from portal.audit import record
from portal.casework.working_hours import due
from portal.outbox.models import MESSAGE_GRACE, label_of
from portal.staff.notifications.delivery import notify

APPEALABLE = (Decision.Action.REFUSE, Decision.Action.REDACT)


class NotAppealable(Exception):
    """The decision cannot be appealed; the message is the reason, as a sentence for the author."""


def appeal_deadline(decision):
    """Return the end of the last day on which the author may appeal, `appeal_months` after the decision."""
    months = ModerationSettings.load().appeal_months
    last = months_later(timezone.localtime(decision.created_at).date(), months)
    return timezone.make_aware(datetime.combine(last, time.max))


def reason_not_appealable(decision, submission, last_moment):
    """Return why the author cannot appeal a decision, as a sentence; "" when the author can."""
    if decision.imported or decision.undone_at or decision.action not in APPEALABLE:
        return _("There is nothing to appeal against.")
    if submission.status == Status.WITHDRAWN:
        return _("This text was withdrawn.")
    if related_appeal(decision, "appeal"):
        return _("You have already asked for another look at this decision.")
    if related_appeal(decision, "answers"):
        return _("This decision was the second look, so we cannot give another one.")
    if timezone.now() > last_moment:
        return _("The time for asking for another look is over.")
    if latest_author_revision_id(submission) != decision.revision_id:
        return _("You have sent another text since. It stands for itself.")
    return ""


def related_appeal(decision, name):
    """Return a decision's `appeal` (against it) or `answers` (the appeal it decided), by name; None without one."""
    try:
        return getattr(decision, name)
    except Appeal.DoesNotExist:
        return None


def latest_author_revision_id(submission):
    """Return the id of the latest revision that the author sent; redactions are not the author's."""
    own = submission.revisions.filter(origin=Revision.Origin.AUTHOR)
    return own.order_by("-number").values_list("pk", flat=True).first()


def was_made(decision, sent):
    """Return whether a form repeats the appeal that exists already: the same decision and the same words."""
    made = decision and Appeal.objects.filter(decision=decision).first()
    return bool(made and sent.get("decision") == str(decision.key) and plain(sent.get("text", "")) == made.text)


@transaction.atomic
def file_appeal(decision, text=""):
    """Create an appeal and open a case for it; raise NotAppealable when the decision cannot be appealed."""
    submission = Submission.objects.select_for_update().get(pk=decision.revision.submission_id)
    decision = Decision.objects.select_related("version", "revision", "appeal", "answers").get(pk=decision.pk)
    if why_not := reason_not_appealable(decision, submission, appeal_deadline(decision)):
        raise NotAppealable(why_not)
    known = ModerationSettings.load()
    due_at = due(timezone.localtime(), known.calendar.day * known.appeal_days, known.calendar)
    case = open_appeal_case(decision, submission, due_at)
    made = Appeal.objects.create(decision=decision, case=case, text=text, due_at=due_at)
    case.record(EventKind.CASE_APPEALED)
    notify(APPEALED, label_of(case), case.readers_without_hand())
    record("appeal.made", subject=submission, decision=str(decision.key), case=case.pk)
    return made


def open_appeal_case(decision, submission, due_at):
    """Open a case for the appealed text; delete an unfinished blind check of the same submission."""
    BlindCheck.objects.filter(case__submission=submission, answered_at=None).delete()
    severity = max((clause.severity for clause in decision.clauses if clause), default=0)
    case = open_case(submission, decision.revision, Case.Cause.APPEALED, due_at, severity=severity)
    if decision.case.desk and not case.desk:
        case.write(desk=decision.case.desk)  # a restricted queue keeps its texts
    return case


def check_reviewer(case, actor):
    """Raise CaseClosed when a reviewer took part in the decision that is appealed."""
    against = Appeal.objects.filter(case=case).values_list("decision__case", flat=True).first()
    if against and took_part_in(against, actor):
        raise CaseClosed(_("You had a hand in the decision that is appealed against, so somebody else looks again."))


def took_part_in(case_id, user):
    """Return whether a user decided a case or gave an opinion on it, even if it was taken back."""
    return (
        Decision.objects.filter(case=case_id, actor=user).exists()
        or Opinion.objects.filter(case=case_id, actor=user).exists()
    )


def close_appeal(case, decision):
    """Close the appeal of a case with the decision that was just applied; do nothing for a case without an open appeal.

    Returning the text to its author leaves the appeal open. Raises CaseClosed when the decision has no reason.
    """
    found = Appeal.objects.select_related("decision").filter(case=case, outcome=Appeal.Outcome.OPEN).first()
    if found is None or decision.action == Decision.Action.RETURN:
        return
    if not decision.reason.strip():
        raise CaseClosed(_("An appeal is always answered in writing. Tell the author why."))
    found.close(appeal_outcome(found.decision, decision), decision.reason, decision)
    if decision.action == Decision.Action.PUBLISH:
        make_current(decision)
    record_example(found, decision)


def appeal_outcome(first, answer):
    """Return the outcome of an appeal: how the second decision changes the first."""
    if answer.action == Decision.Action.REFUSE:
        return Appeal.Outcome.UPHELD
    if answer.revision_id != first.revision_id:  # the author changed the text between the two decisions
        return Appeal.Outcome.VARIED
    if answer.action == Decision.Action.PUBLISH:
        return Appeal.Outcome.OVERTURNED
    same = first.action == answer.action and sorted(map(list, first.spans)) == sorted(map(list, answer.spans))
    return Appeal.Outcome.UPHELD if same else Appeal.Outcome.VARIED


def make_current(decision):
    """Make a published revision the current one again: a redaction had replaced it."""
    submission = Submission.objects.get(pk=decision.revision.submission_id)
    if submission.cleared_id == decision.revision_id != submission.current_id:
        submission.write({"current": decision.revision})


def record_example(found, answer):
    """Store an example for replays: an overturned decision's text must pass, an upheld one's must be held."""
    first = found.decision
    if found.outcome == Appeal.Outcome.OVERTURNED:
        expected, clause = "publish", next(iter(first.clause_keys), "")
    elif found.outcome == Appeal.Outcome.UPHELD and answer.revision_id == first.revision_id:
        expected, clause = "hold", cited_holding_clause(first)
    else:
        return
    if clause or expected == "publish":
        kept = {"expected": expected, "clause": clause, "appeal": found, "added_by": answer.actor}
        Example.objects.update_or_create(revision=first.revision, defaults=kept)


def cited_holding_clause(decision):
    """Return the first cited clause under which a rule held the text; "" when no rule held it."""
    screening = screening_of(decision.revision_id)
    held = [finding.clause for finding in screening.findings.all() if finding.action == "hold"] if screening else []
    return next((clause for clause in decision.clause_keys if clause in held), "")


def reopen_appeal(decision):
    """Reopen the appeal that a decision closed, after the decision was taken back."""
    found = Appeal.objects.filter(answer=decision).first()
    if found:
        Example.objects.filter(appeal=found).delete()
        found.reopen()


def settle_appeals():
    """End open appeals whose text was withdrawn or replaced by its author; return how many ended.

    An open appeal whose case closed without a reply gets a new case.
    """
    undecided = Appeal.objects.filter(outcome=Appeal.Outcome.OPEN).select_related("decision__revision")
    withdrawn = Q(decision__revision__submission__status=Status.WITHDRAWN)
    lost = undecided.filter(Q(case__closed_at__lte=timezone.now() - MESSAGE_GRACE) | withdrawn)
    return sum(settle_appeal(found) for found in lost)


@transaction.atomic
def settle_appeal(found):
    """End one appeal or open a new case for it; return whether it ended."""
    submission = Submission.objects.select_for_update().get(pk=found.decision.revision.submission_id)
    if submission.status == Status.WITHDRAWN:
        found.close(Appeal.Outcome.GONE, _("The text was withdrawn, so we do not look at it again."))
    elif latest_author_revision_id(submission) != found.decision.revision_id:
        found.close(Appeal.Outcome.GONE, _("You sent other words meanwhile, and they stand for themselves."))
    else:
        found.case = open_appeal_case(found.decision, submission, found.due_at)
        found.save(update_fields=["case"])
        return False
    return True

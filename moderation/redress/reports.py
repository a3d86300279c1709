"""Reports: a reader reports a public text, a moderator reviews it, and the reader is told the outcome.

The text stays public until a decision, unless somebody says that it stands under their name and is not theirs. `decide`
calls `close_reports` after it applies a decision, `take_back` calls `reopen_reports`, both in the caller's transaction.
`settle_reports` handles reports whose case closed without them.
"""

import ipaddress
from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.models import EventKind, Status, Submission
from consultations.notifications import post_to_author
from moderation.models import BlindCheck, Case, Decision, ModerationSettings, PolicyVersion, Report
from moderation.models.redress import NOT_MINE
from moderation.models.settings import URGENT_SEVERITY
from moderation.screening.screen import open_case
from portal.accounts.visitors import person_key
from portal.casework.working_hours import due
from portal.outbox.models import MESSAGE_GRACE

HIDDEN_AN_HOUR = 10  # texts of one consultation


class NotReportable(Exception):
    """The text cannot be reported; the message is the reason, as a sentence for the reader."""


def network_key(address, day):
    """Return a keyed hash of an address's network (/24 or /48) and a day; it cannot be linked across days."""
    try:
        wide = 24 if ipaddress.ip_address(address).version == 4 else 48
        network = str(ipaddress.ip_network(f"{address}/{wide}", strict=False))
    except ValueError:
        network = address
    return person_key("network of the day", f"{day} {network}") if network else ""


def count_clusters(reports: Iterable[Collection[str]]) -> int:
    """Count groups of connected reports. Each report is given as its identity keys; a shared key connects two."""
    groups: list[set[str]] = []
    for keys in reports:
        own = set(keys)
        touching = [group for group in groups if group & own]
        groups = [group for group in groups if not group & own]
        groups.append(own.union(*touching))
    return len(groups)


def identity_keys(report: Report) -> list[str]:
    """Return the keys that connect a report to others: its network that day, its reader and its wording."""
    words = " ".join(report.text.casefold().split())
    keys = {"network": report.network_key, "reader": report.reporter_key, "words": words}
    return [f"{name}:{value}" for name, value in keys.items() if value]


@transaction.atomic
def file_report(submission, revision, *, reporter_key, alongside=None, **fields):
    """Create a report of a public revision and put the text into the queue; the text stays public.

    ``alongside`` is called with the report in the same transaction, and may raise NotStored. Raises NotReportable when
    the revision is not public any more or the same reader has already reported it.
    """
    submission.lock()
    if submission.status != Status.PUBLISHED or submission.cleared_id != revision.pk:
        raise NotReportable(_("This text was changed or taken away a moment ago. Read it again first."))
    if reporter_key and Report.objects.filter(revision=revision, reporter_key=reporter_key).exists():
        raise NotReportable(_("You have already told us about this text. A person looks at it, or has."))
    made = Report.objects.create(submission=submission, revision=revision, reporter_key=reporter_key, **fields)
    # A text that a person has kept is not reviewed again for the same clause.
    if was_kept(made):
        made.close(Report.Outcome.KEPT)
    else:
        put_into_queue(made)
        hide_if_not_theirs(made)
    if alongside:
        alongside(made)
    return made


def hide_if_not_theirs(report):
    """Hide a text until a person has looked when somebody says that it stands under their name and is not theirs.

    A network that says so of text after text hides no more of them, nor is more hidden in a consultation within an hour
    than `HIDDEN_AN_HOUR`: a person looks at the rest while it is public. What a person has kept is not hidden again
    (`was_kept`). The author is told.
    """
    submission = report.submission
    if not (report.is_not_mine and can_be_disowned(submission)) or submission.current_id != submission.cleared_id:
        return
    lifts = Report.objects.lifting().filter(pk=report.pk)
    if not lifts.exists() or hidden_of_late(submission.consultation_id) >= HIDDEN_AN_HOUR:
        return
    reason = _("Somebody says that this stands under their name and is not by them. A person looks at it.")
    submission.move(Status.HELD, reason=reason, due_at=report.case.due_at)
    post_to_author(submission.events.filter(kind=EventKind.HELD).latest("pk"))


def can_be_disowned(submission):
    """Return whether a text stands under somebody's name: not the agency's own, and not one without a name."""
    return bool(submission.author_name) and not submission.by_staff


def hidden_of_late(consultation_id):
    """Return how many texts of a consultation were hidden within the last hour because somebody disowned them."""
    hour_ago = timezone.now() - timedelta(hours=1)
    disowned = Report.objects.filter(clause=NOT_MINE, created_at__gte=hour_ago, submission__status=Status.HELD)
    return disowned.filter(submission__consultation=consultation_id).values("submission").distinct().count()


def was_kept(report):
    """Return whether a report of this revision under the same clause was already closed as kept."""
    same = Report.objects.filter(revision=report.revision_id, clause=report.clause)
    return same.filter(outcome=Report.Outcome.KEPT).exists()


def put_into_queue(report):
    """Attach a report to the text's open case, or open one, and recompute the case's rank.

    Connected reports count once, so that one sender cannot move a text forward by reporting it repeatedly. Those of a
    network that reports text after text are read in their turn; only danger comes first whoever reports it.
    """
    lifting = Report.objects.open().lifting()
    severity = clause_severity(report.clause)
    if severity < URGENT_SEVERITY and not lifting.filter(pk=report.pk).exists():
        severity = 0
    due_at = report_due_at(severity)
    report.case = case = open_report_case(report, due_at)
    report.save(update_fields=["case"])
    case.write(
        report_count=max(1, count_clusters(map(identity_keys, lifting.filter(case=case)))),
        severity=max(case.severity, severity),
        due_at=min(case.due_at, due_at),
    )
    case.rank()


def report_due_at(severity):
    """Return by when a person looks at a report under a clause of this severity; of danger as soon as at a held one."""
    known, now = ModerationSettings.load(), timezone.localtime()
    due_at = due(now, timedelta(hours=known.report_hours), known.calendar)
    return min(due_at, known.due_from(now, severity)) if severity >= URGENT_SEVERITY else due_at


def open_report_case(report, due_at):
    """Return the text's open case or a new one; an unfinished blind check becomes a case about the report."""
    case = Case.objects.filter(submission=report.submission, closed_at=None).first()
    if case is None:
        return open_case(report.submission, report.revision, Case.Cause.REPORTED, due_at)
    if BlindCheck.objects.filter(case=case, answered_at=None).delete()[0]:
        case.turn_to(report.revision, Case.Cause.REPORTED, due_at)
        case.record(EventKind.CASE_OPENED, note=case.get_cause_display())
    return case


def clause_severity(clause_key):
    """Return the severity of a clause in the policy in force; 0 for an unknown or empty key."""
    version = PolicyVersion.current()
    clause = version.clause(clause_key) if version and clause_key else None
    return clause.severity if clause else 0


def close_reports(case, decision):
    """Close the open reports of a case with the decision that was just applied; a return leaves them open."""
    submission = Submission.objects.get(pk=case.submission_id)
    for each in case.reports.open():
        if outcome := report_outcome(each, decision, submission):
            each.close(outcome)


def report_outcome(report, decision, submission):
    """Return a report's outcome after a decision; "" while the reported revision still needs one."""
    if decision.action == Decision.Action.RETURN:
        return ""
    if report.revision_id == submission.cleared_id and submission.status == Status.PUBLISHED:
        return Report.Outcome.KEPT if decision.revision_id == report.revision_id else ""
    if decision.revision_id == report.revision_id or submission.status != Status.PUBLISHED:
        return Report.Outcome.UPHELD
    return Report.Outcome.GONE


def reopen_reports(case, decision):
    """Reopen the reports that a decision closed, after the decision was taken back."""
    for each in case.reports.filter(closed_at__gte=decision.created_at):
        each.reopen()


def settle_reports():
    """Close open reports whose case is closed or whose text was withdrawn; return how many were closed.

    A case may have been about a later revision. A reported revision that is still public then gets its own case.
    """
    over = Report.objects.open().filter(case__closed_at__lte=timezone.now() - MESSAGE_GRACE)
    gone = Report.objects.open().filter(submission__status=Status.WITHDRAWN)
    closed = 0
    for each in (over | gone).select_related("submission", "revision").order_by("id"):
        closed += settle_report(each)
    return closed


@transaction.atomic
def settle_report(report):
    """Close one report or open a case for it; return whether it was closed."""
    submission = report.submission
    submission.lock()
    if submission.status == Status.PUBLISHED and submission.cleared_id == report.revision_id:
        put_into_queue(report)
        return False
    report.close(Report.Outcome.GONE)
    return True

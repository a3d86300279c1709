"""Reports: a reader says that a public text breaks the house rules, a person looks, and the reader hears the outcome.

The text stays public meanwhile. `decide` calls `answered` after it has applied a decision, `take_back` calls
`unanswered`, each in its own transaction. `settle` sees to reports whose case was closed without an answer to them.
"""

import ipaddress
from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.models import EventKind, Status, Submission
from moderation.models import BlindCheck, Case, Decision, ModerationSettings, PolicyVersion, Report
from moderation.screening.screen import open_case
from portal.accounts.visitors import person_key
from portal.casework.working_hours import due
from portal.outbox.models import MESSAGE_GRACE


class NotReportable(Exception):
    """The text cannot be reported (any more); the message says why."""


def network_key(address, day):
    """Return a keyed hash of the network around an address, good for one day."""
    try:
        wide = 24 if ipaddress.ip_address(address).version == 4 else 48
        network = str(ipaddress.ip_network(f"{address}/{wide}", strict=False))
    except ValueError:
        network = address
    return person_key("network of the day", f"{day} {network}") if network else ""


def count_clusters(voices: Iterable[Collection[str]]) -> int:
    """Count the groups among reports, each given by its marks: reports that share a mark are one group."""
    groups: list[set[str]] = []
    for marks in voices:
        own = set(marks)
        touching = [group for group in groups if group & own]
        groups = [group for group in groups if not group & own]
        groups.append(own.union(*touching))
    return len(groups)


def identity_keys(report: Report) -> list[str]:
    """Return what ties a report to others: its network of the day, its reader, its words."""
    words = " ".join(report.text.casefold().split())
    marks = {"network": report.network_key, "reader": report.reporter_key, "words": words}
    return [f"{name}:{value}" for name, value in marks.items() if value]


@transaction.atomic
def file_report(submission, revision, *, reporter_key, **fields):
    """Take in a report about the text that was read, and put the text into the queue; it stays public.

    Raises NotReportable when it is not public any more, or when the same reader has reported it before.
    """
    submission.lock()
    if submission.status != Status.PUBLISHED or submission.cleared_id != revision.pk:
        raise NotReportable(_("This text was changed or taken away a moment ago. Read it again first."))
    if reporter_key and Report.objects.filter(revision=revision, reporter_key=reporter_key).exists():
        raise NotReportable(_("You have already told us about this text. A person looks at it, or has."))
    made = Report.objects.create(submission=submission, revision=revision, reporter_key=reporter_key, **fields)
    if was_kept(made):
        made.close(Report.Outcome.KEPT)
    else:
        put_into_queue(made)
    return made


def was_kept(report):
    """Return whether a person has already kept this very text when it was reported under the same clause."""
    same = Report.objects.filter(revision=report.revision_id, clause=report.clause)
    return same.filter(outcome=Report.Outcome.KEPT).exists()


def put_into_queue(report):
    """Tie a report to the text's open case, or open one; many reports from one place bring it forward once."""
    known = ModerationSettings.load()
    due_at = due(timezone.localtime(), timedelta(hours=known.report_hours), known.calendar)
    report.case = case = open_report_case(report, due_at)
    report.save(update_fields=["case"])
    case.write(
        report_count=count_clusters(map(identity_keys, case.reports.open())),
        severity=max(case.severity, clause_severity(report.clause)),
        due_at=min(case.due_at, due_at),
    )
    case.rank()


def open_report_case(report, due_at):
    """Return the open case of the text, or a new one; a check that is under way on it gives way."""
    case = Case.objects.filter(submission=report.submission, closed_at=None).first()
    if case is None:
        return open_case(report.submission, report.revision, Case.Cause.REPORTED, due_at)
    if BlindCheck.objects.filter(case=case, at=None).delete()[0]:
        case.turn_to(report.revision, Case.Cause.REPORTED, due_at)
        case.record(EventKind.CASE_OPENED, note=case.get_cause_display())
    return case


def clause_severity(clause_key):
    """Return the severity of the clause that a reader thinks of, as it is in force."""
    version = PolicyVersion.current()
    clause = version.clause(clause_key) if version and clause_key else None
    return clause.severity if clause else 0


def close_reports(case, decision):
    """Answer the open reports on a case; a text that goes back to its author is no answer yet.

    Called once the decision is applied.
    """
    submission = Submission.objects.get(pk=case.submission_id)
    for each in case.reports.open():
        if outcome := report_outcome(each, decision, submission):
            each.close(outcome)


def report_outcome(report, decision, submission):
    """Return what a decision makes of a report; nothing when the text that was reported is still to be looked at."""
    if decision.action == Decision.Action.RETURN:
        return ""
    if report.revision_id == submission.cleared_id and submission.status == Status.PUBLISHED:
        return Report.Outcome.KEPT if decision.revision_id == report.revision_id else ""
    if decision.revision_id == report.revision_id or submission.status != Status.PUBLISHED:
        return Report.Outcome.UPHELD
    return Report.Outcome.GONE


def reopen_reports(case, decision):
    """Open the reports again that a decision had answered: the decision is taken back."""
    for each in case.reports.filter(closed_at__gte=decision.at):
        each.reopen()


def settle_reports():
    """See to the open reports whose case is closed or whose text is gone; return how many were closed.

    The case may have been about a change to the text that was reported. Then that text gets a case of its own.
    """
    over = Report.objects.open().filter(case__closed_at__lte=timezone.now() - MESSAGE_GRACE)
    gone = Report.objects.open().filter(submission__status=Status.WITHDRAWN)
    closed = 0
    for each in (over | gone).select_related("submission", "revision").order_by("id"):
        closed += settle_report(each)
    return closed


@transaction.atomic
def settle_report(report):
    """Close one report, or give its text a case; return whether it was closed."""
    submission = report.submission
    submission.lock()
    if submission.status == Status.PUBLISHED and submission.cleared_id == report.revision_id:
        put_into_queue(report)
        return False
    report.close(Report.Outcome.GONE)
    return True

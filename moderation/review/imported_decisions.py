"""Decisions made in another system: applies them and compares them with our screening."""

from collections import Counter

from django.utils.translation import gettext as _

from consultations.models import Status
from moderation.models import Case, Decision
from moderation.review.decisions import decide
from moderation.screening.screen import due_from_now, open_case

ERRORS_KEPT = 1000  # further errors of a file are only counted
STATUS_BY_VERDICT = {"accepted": Status.PUBLISHED, "refused": Status.REFUSED}


def apply_verdict(submission):
    """Apply the source's verdict as an imported decision; return whether the submission changed."""
    wanted = STATUS_BY_VERDICT.get(submission.source_verdict)
    if wanted is None or submission.status == wanted:
        return False
    case = open_case(submission, submission.current, Case.Cause.OPENED, due_from_now())
    decide(
        case,
        revision_id=submission.current_id,
        action=Decision.Action.PUBLISH if wanted == Status.PUBLISHED else Decision.Action.REFUSE,
        by=None,
        reason=_("Decided before it came to us: %(source)s.") % {"source": submission.source},
        imported=True,
    )
    submission.refresh_from_db()
    return True


class ImportTally:
    """Counts the results of an import and compares the source's verdicts with our screening."""

    COUNTERS = ("statuses", "held_by", "noted_by", "compared")
    NUMBERS = ("already", "applied", "error_count")

    def __init__(self):
        self.statuses = Counter()  # (status after screening,)
        self.held_by = Counter()  # (clause, rule) of what was held
        self.noted_by = Counter()
        self.compared = Counter()  # (source's verdict, status after screening)
        self.already = self.applied = self.error_count = 0
        self.errors = []  # (row, message), the first ones

    def as_dict(self):
        """Return the counts as JSON; a counter becomes a list of [key, …, number]."""
        counters = {name: [[*key, number] for key, number in getattr(self, name).items()] for name in self.COUNTERS}
        return counters | {name: getattr(self, name) for name in self.NUMBERS} | {"errors": self.errors}

    @classmethod
    def from_dict(cls, values):
        """Return the tally that `as_dict` wrote; an empty one for an empty dictionary."""
        tally = cls()
        for name in cls.COUNTERS:
            getattr(tally, name).update({tuple(key): number for *key, number in values.get(name, [])})
        for name in cls.NUMBERS:
            setattr(tally, name, values.get(name, 0))
        tally.errors = [tuple(error) for error in values.get("errors", [])]
        return tally

    def add_error(self, row, message):
        """Count a row with an error; store the first `ERRORS_KEPT` messages."""
        self.error_count += 1
        if len(self.errors) < ERRORS_KEPT:
            self.errors.append((row, message))

    def add(self, submission):
        """Count an imported and screened submission."""
        self.statuses[submission.status,] += 1
        self.compared[submission.source_verdict or "none", submission.status] += 1
        screening = submission.current.screenings.first()
        findings = screening.findings.values_list("clause", "rule", "action") if screening else []
        for clause, rule, action in set(findings):
            (self.held_by if action == "hold" else self.noted_by)[clause, rule] += 1

    def lines(self):
        """Return the summary, line by line."""
        taken = sum(self.statuses.values())
        yield f"{taken} taken in, {self.already} here already, {self.error_count} with errors"
        for (status,), number in sorted(self.statuses.items()):
            yield f"  {number:6} {status}"
        for title, counter in (("held because of", self.held_by), ("noted for", self.noted_by)):
            for (clause, rule), number in counter.most_common():
                yield f"  {number:6} {title} {clause} (rule {rule})"
        yield from self.comparison()
        if self.applied:
            yield f"  {self.applied:6} decided as the source had"

    def comparison(self):
        """Yield the lines that compare verdicts with screening; none when the source had no verdicts."""
        if {verdict for verdict, _status in self.compared} <= {"none"}:
            return
        yield "What the source had decided, and what our screening did:"
        for (verdict, status), number in sorted(self.compared.items()):
            yield f"  {number:6} {verdict} there, {status} here"

"""What another system had decided about a text, beside what our rules say."""

from collections import Counter

from django.utils.translation import gettext as _

from consultations.models import Status
from moderation.models import Case, Decision
from moderation.review.decisions import decide
from moderation.screening.screen import due_from_now, open_case

SAID = {"accepted": Status.PUBLISHED, "refused": Status.REFUSED}


def apply_verdict(submission):
    """Do as the source had decided, as a decision marked imported; return whether anything changed."""
    wanted = SAID.get(submission.source_verdict)
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


class Tally:
    """Counts what an import did, and how the source's verdicts compare with our screening."""

    def __init__(self):
        self.statuses = Counter()  # status after screening
        self.held_by = Counter()  # (clause, rule) of what was held
        self.noted_by = Counter()
        self.compared = Counter()  # (source's verdict, status after screening)
        self.already = self.applied = 0
        self.errors = []

    def add(self, submission):
        """Count a submission that was taken in and screened."""
        self.statuses[submission.status] += 1
        self.compared[submission.source_verdict or "none", submission.status] += 1
        screening = submission.current.screenings.first()
        findings = screening.findings.values_list("clause", "rule", "action") if screening else []
        for clause, rule, action in set(findings):
            (self.held_by if action == "hold" else self.noted_by)[clause, rule] += 1

    def lines(self):
        """Return the summary, line by line."""
        taken = sum(self.statuses.values())
        yield f"{taken} taken in, {self.already} here already, {len(self.errors)} with errors"
        for status, number in sorted(self.statuses.items()):
            yield f"  {number:6} {status}"
        for title, counter in (("held because of", self.held_by), ("noted for", self.noted_by)):
            for (clause, rule), number in counter.most_common():
                yield f"  {number:6} {title} {clause} (rule {rule})"
        yield from self.comparison()
        if self.applied:
            yield f"  {self.applied:6} decided as the source had"

    def comparison(self):
        """Return how verdicts and screening agree; nothing when the source had none."""
        if {verdict for verdict, _status in self.compared} <= {"none"}:
            return
        yield "What the source had decided, and what our screening did:"
        for (verdict, status), number in sorted(self.compared.items()):
            yield f"  {number:6} {verdict} there, {status} here"

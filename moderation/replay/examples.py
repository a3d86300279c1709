"""The example texts of a report, loaded on each view: a report stores positions in texts but no text."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Max
from django.utils.translation import gettext as _

from consultations.models import Revision, Status
from moderation.findings.case_text import is_distressing
from moderation.findings.passages import marks, segments
from moderation.models import Case, Decision
from moderation.policy.loading import read_policy
from moderation.review.precedents import RESTRICTED_DESKS

CONSULTATION_LONG_COLUMNS = [f"submission__consultation__{name}" for name in ("body", "outcome")]


class RulePlace(NamedTuple):
    """A finding of a rule, with the attributes that `passages.marks` reads."""

    pk: int
    rule: str
    clause: str
    action: str
    field: str
    start: int
    end: int
    explanation: str
    advice: str
    detector: str


@dataclass(frozen=True, slots=True)
class ReplayExample:
    """A text of the report; `hidden` is the reason why its text is not shown, or ""."""

    revision: Revision
    marks: tuple
    title: tuple
    text: tuple
    name: tuple
    decided: str  # the label of the last decision, or ""
    hidden: str

    @property
    def submission(self):
        """Return the submission of the revision."""
        return self.revision.submission

    @property
    def url(self):
        """Return the public address of the text; "" when it is not public."""
        submission = self.submission
        shown = submission.is_public and submission.consultation_id and submission.cleared_id == self.revision.pk
        return submission.get_absolute_url() if shown else ""

    @property
    def distressing(self):
        """Return the first clause with distressing content, or None."""
        clauses = (mark.clause for mark in self.marks if mark.clause)
        return next((clause for clause in clauses if is_distressing([clause])), None)


def replay_examples(replay, kind, ids, user):
    """Return the examples of one kind of change, in the order of `ids` (revisions).

    `user` decides which texts are shown: some belong to restricted queues.
    """
    revisions = Revision.objects.select_related("submission__consultation", "submission__parent")
    found = revisions.defer(*CONSULTATION_LONG_COLUMNS).in_bulk(ids)
    theirs = {revision.submission_id for revision in found.values()}
    known = ExampleAccess(sealed_revision_numbers(theirs), restricted_desks(theirs), decision_labels(ids), user)
    policy = holding_policy(replay, kind)
    places = replay.result["places"][kind]
    return [build_example(found[pk], places.get(str(pk), ()), policy, known) for pk in ids if pk in found]


def holding_policy(replay, kind):
    """Return the policy whose rules hold these texts: the old one for released texts, else the draft."""
    if kind == "newly_released":
        return replay.version.policy
    return read_policy(replay.document, try_examples=False)


@dataclass(frozen=True, slots=True)
class ExampleAccess:
    """Decides whether example texts may be shown to a user; loaded once for all examples."""

    sealed: dict[int, int]
    desks: dict[int, str]
    decisions: dict[int, str]
    user: Any

    def hidden(self, revision):
        """Return why a revision's text is hidden from the user; "" when it is shown."""
        submission = revision.submission
        desk = self.desks.get(submission.pk)
        if submission.erased_at:
            return _("It was erased.")
        if submission.status == Status.WITHDRAWN:
            return _("Its author has taken it back.")
        if revision.number <= self.sealed.get(submission.pk, 0):
            return _("Passages were taken out of it, and what was there before is sealed.")
        if desk and not self.user.has_perm(Case.Desk(desk).permission):
            return _("It was handed over to others (%s), and only they read it.") % Case.Desk(desk).label
        return ""


def build_example(revision, places, policy, known):
    """Return a revision as an example with its marks, or without text when it is hidden."""
    hidden = known.hidden(revision)
    words = {"title": revision.title, "text": revision.text, "name": revision.submission.author_name}
    parts = dict.fromkeys(words, "") if hidden else words
    clauses = {rule.key: rule.clause for rule in policy.rules}
    found = [
        RulePlace(number, rule, clauses.get(rule, ""), "hold", field, start, end, "", "", detector)
        for number, (rule, detector, field, start, end) in enumerate(places)
    ]
    seen = tuple(marks(found, policy, parts))
    title, text, name = (
        tuple(segments(part, [mark for mark in seen if mark.field == field])) for field, part in parts.items()
    )
    return ReplayExample(revision, seen, title, text, name, known.decisions.get(revision.pk, ""), hidden)


def sealed_revision_numbers(submissions):
    """Return the number of the latest redacted revision by submission id."""
    decisions = Decision.objects.not_undone().filter(revision__submission__in=submissions).order_by()
    redactions = decisions.filter(action=Decision.Action.REDACT)
    return dict(redactions.values_list("revision__submission").annotate(Max("revision__number")))


def restricted_desks(submissions):
    """Return the restricted desk of the open case by submission id."""
    handed = Case.objects.filter(submission__in=submissions, closed_at=None, desk__in=RESTRICTED_DESKS)
    return dict(handed.values_list("submission_id", "desk"))


def decision_labels(revisions):
    """Return the label of the last decision by revision id."""
    decisions = Decision.objects.not_undone().filter(revision__in=revisions).order_by("pk")
    return {pk: Decision.Action(action).label for pk, action in decisions.values_list("revision_id", "action")}

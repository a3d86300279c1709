"""The text of a case for a moderator: its findings, its earlier revisions and its author's other texts."""

from dataclasses import dataclass

from django.db.models import Count

from consultations.models import Status, Submission
from moderation.findings.passages import marks, segments
from moderation.models import Decision, Screening
from moderation.models.case import DISTRESSING
from portal.word_difference import difference

POLICY_TEXT = "version__document"  # long, and compiled versions are cached per process


@dataclass(frozen=True, slots=True)
class Marked:
    """A revision's text with the marks on it."""

    marks: tuple
    title: tuple
    text: tuple
    name: tuple
    version: int | None  # the policy it was screened under

    @property
    def distressing(self):
        """Return the first clause with distressing content, or None."""
        clauses = (mark.clause for mark in self.marks if mark.holds and mark.clause)
        return next((clause for clause in clauses if is_distressing([clause])), None)


def is_distressing(clauses):
    """Return whether a text held under these clauses may be distressing."""
    return any(clause.severity >= DISTRESSING for clause in clauses)


def screening_of(revision_id):
    """Return the latest screening of a revision with its findings, or None."""
    return screenings().filter(revision=revision_id).first()


def screenings():
    """Select screenings with their findings, latest first."""
    found = Screening.objects.select_related("version").defer(POLICY_TEXT)
    return found.prefetch_related("findings").order_by("-id")


def marked(submission, revision, *, holding_only=False, screening=None):
    """Return a revision's text with marks for the latest screening's findings; optionally only the holding ones.

    `screening` is the latest one where it was loaded before.
    """
    parts = {"title": revision.title, "text": revision.text, "name": submission.author_name}
    screening = screening or screening_of(revision.pk)
    wanted = ("hold",) if holding_only else ("hold", "note")
    found = [finding for finding in screening.findings.all() if finding.action in wanted] if screening else []
    seen = tuple(marks(found, screening.version.policy, parts)) if screening else ()
    title, text, name = (
        tuple(segments(words, [mark for mark in seen if mark.field == field])) for field, words in parts.items()
    )
    return Marked(seen, title, text, name, screening.version.number if screening else None)


def decisions_on(submission):
    """Return the decisions on a submission with their citations, latest first."""
    decisions = Decision.objects.filter(revision__submission=submission)
    decisions = decisions.select_related("revision", "result", "actor", "version").defer(POLICY_TEXT)
    return list(decisions.prefetch_related("citations"))


def redactions(decisions):
    """Return the redactions in effect, latest first: neither taken back nor overturned."""
    latest: dict[int, Decision] = {}
    for decision in decisions:
        if decision.undone_at is None and decision.action != Decision.Action.RETURN:
            latest.setdefault(decision.revision_id, decision)
    return [decision for decision in latest.values() if decision.action == Decision.Action.REDACT]


def sealed_up_to(decisions):
    """Return the number of the latest redacted revision; it and all before it are sealed."""
    return max((decision.revision.number for decision in redactions(decisions)), default=0)


def readable_revision(case, decisions):
    """Return the revision that a moderator may read: its redacted version when it is sealed."""
    if case.revision.number > sealed_up_to(decisions):
        return case.revision
    return redactions(decisions)[0].result


def earlier_texts(submission, revision, decisions):
    """Return the unsealed earlier revisions, latest first, each with its difference to this one."""
    taken_back = [decision.result_id for decision in decisions if decision.undone_at]
    before = submission.revisions.filter(number__lt=revision.number, number__gt=sealed_up_to(decisions))
    before = before.exclude(pk__in=[pk for pk in taken_back if pk])
    return [
        {
            "revision": earlier,
            "title": difference(earlier.title, revision.title),
            "text": difference(earlier.text, revision.text),
        }
        for earlier in before.order_by("-number")
    ]


def others_by_author(submission):
    """Count the author's other texts in the consultation by status; the author is not named."""
    if not submission.author_key:
        return None
    others = Submission.objects.filter(
        consultation=submission.consultation_id, author_key=submission.author_key
    ).exclude(pk=submission.pk)
    rows = others.order_by("status").values_list("status").annotate(count=Count("pk"))
    return [(Status(status).label, count) for status, count in rows]

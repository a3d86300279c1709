"""Statements of reasons: what became of a text, under which clause, who noticed it, who decided, and what can be done.

`statement_of` tells of a decision, `statement_of_hold` of a text that a rule keeps back until a person has read it. A
statement quotes the author's words, so it is for the author alone.
"""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.models import Status
from consultations.receipt_links import receipt_key
from moderation.findings.passages import Mark, letter, marks
from moderation.findings.redaction import Span
from moderation.models import Appeal, Decision
from moderation.models.versions import clause_url
from moderation.redress import appeals

ANOTHER_LOOK = "another-look"  # the policy's section about it
RESTRICTIONS = (Decision.Action.REFUSE, Decision.Action.REDACT, Decision.Action.RETURN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A clause as it was numbered and worded in the version that was in force then."""

    key: str
    number: int
    title: str
    url: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Everything that a statement of reasons says.

    `kind` is held, published, redacted, refused, removed, unchanged or returned: what became of the text. `noticed` is
    rule, note, other, reports or person: who drew a moderator's eye to it.
    """

    kind: str
    what: str
    reason: str = ""
    clauses: tuple[Cited, ...] = ()
    version: int | None = None
    marks: tuple[Mark, ...] = ()  # the author's words that it is about
    noticed: str = ""
    found: str = ""
    decided: str = ""
    at: datetime | None = None
    remedy: str = ""
    remedy_url: str = ""
    deadline: datetime | None = None
    appeal_until: datetime | None = None  # nothing when there is no appeal (any more)
    appeal: Appeal | None = None
    answers: Appeal | None = None  # the appeal that this decision answered
    redress: str = ""
    key: str = ""  # names the decision
    current: bool = True  # whether it is about the text as it stands

    @property
    def passages(self) -> list[str]:
        """Return the author's words that it is about, each once."""
        return list(dict.fromkeys(mark.passage for mark in self.marks if mark.passage and not mark.whole))


def for_statements(decisions=None):
    """Read decisions with all that a statement of reasons says of them; the policy's text is compiled once anyway."""
    found = Decision.objects.all() if decisions is None else decisions
    related = found.select_related("version", "case", "revision__submission__consultation", "appeal", "answers")
    long_columns = [f"revision__submission__consultation__{name}" for name in ("body", "outcome")]
    related = related.defer("version__document", *long_columns)
    return related.prefetch_related("citations", "case__reports", "revision__screenings__findings")


def standing_decision(submission):
    """Return the latest decision on any text of a submission that was not taken back, or None."""
    decisions = Decision.objects.filter(revision__submission=submission, undone_at=None)
    return for_statements(decisions).first()


def statement_of(decision):
    """Return what a decision means for the author of the text."""
    submission = decision.revision.submission
    kind = kind_of(decision, submission)
    clauses = cited(decision)
    noticed = noticed_by(decision)
    remedy, url, deadline = way_on(kind, clauses, submission)
    last_moment = appeals.until(decision)
    barred = appeals.obstacle(decision, submission, last_moment)
    return Statement(
        kind=kind,
        key=str(decision.key),
        what=what_happened(kind, decision),
        reason=decision.reason,
        clauses=clauses,
        version=decision.version.number,
        marks=marks_of(decision),
        noticed=noticed,
        found="" if kind == "published" or decision.imported else FOUND[noticed](),
        decided=who_decided(decision),
        at=decision.at,
        remedy=remedy,
        remedy_url=url,
        deadline=deadline,
        appeal_until=None if barred else last_moment,
        appeal=appeals.at_other_end(decision, "appeal"),
        answers=appeals.at_other_end(decision, "answers"),
        redress=redress_of(decision.version) if decision.action in appeals.APPEALABLE else "",
        current=submission.current_id in (decision.revision_id, decision.result_id),
    )


def statement_of_hold(screening, submission):
    """Return what a text's author reads while a rule keeps it back; None when no rule does."""
    holding = [finding for finding in screening.findings.all() if finding.action == "hold"] if screening else []
    if not holding:
        return None
    keys = dict.fromkeys(finding.clause for finding in holding)
    clauses = clauses_of(screening.version, keys)
    remedy, url, deadline = way_on("held", clauses, submission)
    return Statement(
        kind="held",
        what=_("Your text waits for a person to read it."),
        clauses=clauses,
        version=screening.version.number,
        marks=tuple(marks(holding, screening.version.policy, parts_of(submission.current, submission))),
        noticed="rule",
        found=_("A computer noticed this and keeps your text back until a person has read it."),
        decided=_("Nobody has decided anything yet. A computer never refuses a text."),
        at=screening.at,
        remedy=remedy,
        remedy_url=url,
        deadline=deadline,
    )


def kind_of(decision, submission):
    """Return what became of the text: a refusal may remove a public one, or leave the one before it `unchanged`."""
    if decision.action != Decision.Action.REFUSE:
        return KINDS[decision.action]
    if decision.was.get("status", submission.status) != Status.PUBLISHED:
        return "refused"
    cleared = decision.was.get("cleared", submission.cleared_id)
    return "removed" if cleared == decision.revision_id else "unchanged"


KINDS = {
    Decision.Action.PUBLISH: "published",
    Decision.Action.REDACT: "redacted",
    Decision.Action.RETURN: "returned",
}


def what_happened(kind, decision):
    """Say in one sentence what became of the text."""
    if kind == "redacted":
        count = len(decision.spans)
        words = ngettext("Your text is public without %d passage.", "Your text is public without %d passages.", count)
        return words % count
    return {
        "refused": _("Your text is not published."),
        "removed": _("Your text is not public any more."),
        "unchanged": _("Your change is not published. The text before it stays public."),
        "returned": _("We cannot publish your text as it is, and ask you to change it."),
        "published": _("Your text is published."),
    }[kind]


def clauses_of(version, keys):
    """Return clauses as they are cited; one that the version does not have is left out."""
    found = [clause for clause in map(version.clause, keys) if clause]
    return tuple(
        Cited(
            key=clause.key,
            number=clause.number,
            title=clause.title,
            url=clause_url(clause, version.number),
            remedy=clause.remedy,
        )
        for clause in found
    )


def cited(decision):
    """Return the clauses that a decision cites."""
    return clauses_of(decision.version, [citation.clause for citation in decision.citations.all()])


def screening_before(decision):
    """Return the latest screening of the text that was decided on, or None."""
    return max(decision.revision.screenings.all(), key=lambda screening: screening.pk, default=None)


def noticed_by(decision):
    """Return who drew a moderator's eye to the text: a rule that held or noted it, readers, or nobody else."""
    if any(report.at <= decision.at for report in decision.case.reports.all()):
        return "reports"
    screening = screening_before(decision)
    keys = {citation.clause for citation in decision.citations.all()}
    seen = list(screening.findings.all()) if screening else []
    for action, word in (("hold", "rule"), ("note", "note")):
        if any(finding.action == action and finding.clause in keys for finding in seen):
            return word
    return "other" if any(finding.action == "hold" for finding in seen) else "person"


FOUND = {
    "reports": lambda: _("A reader told us about it."),
    "rule": lambda: _("A computer noticed it and kept your text back until a person had read it."),
    "note": lambda: _("A computer noticed it and told a moderator."),
    "other": lambda: _("A computer had kept your text back for something else. A person found this in reading it."),
    "person": lambda: _("A person found it in reading your text. No computer had noticed it."),
}


def who_decided(decision):
    """Say who decided; never a computer alone."""
    if decision.imported:
        return _("Decided where you sent it, before it came to this site.")
    if decision.batch_id:
        return _("A person decided this, together with other texts of the same kind.")
    return _("A person decided this, not a computer.")


def marks_of(decision):
    """Return the author's words that a decision is about: what was marked, else what a rule saw under its clauses."""
    revision = decision.revision
    parts = parts_of(revision, revision.submission)
    parts["name"] = decision.was.get("author_name", parts["name"])
    spans = [span for span in (Span(*span) for span in decision.spans) if span.end <= len(parts[span.field])]
    if spans:
        return tuple(mark_of(span, place, parts[span.field]) for place, span in enumerate(spans))
    screening = screening_before(decision)
    if screening is None or decision.action not in RESTRICTIONS:
        return ()
    keys = {citation.clause for citation in decision.citations.all()}
    seen = [each for each in screening.findings.all() if each.clause in keys and each.action in ("hold", "note")]
    return tuple(marks(seen, screening.version.policy, parts))


def mark_of(span, place, text):
    """Return a marked passage as the author meets it."""
    return Mark(
        letter=letter(place),
        finding=0,
        field=span.field,
        start=span.start,
        end=span.end,
        passage=text[span.start : span.end],
        whole=False,
        action="hold",
        explanation="",
        rule="",
        clause=None,
        label=span.label,
    )


def parts_of(revision, submission):
    """Return the fields of a text that can be marked."""
    return {"title": revision.title, "text": revision.text, "name": submission.author_name}


def way_on(kind, clauses, submission):
    """Return what the author can do about it in words, where, and until when."""
    if kind == "published" or submission.consultation is None or not submission.is_editable:
        return "", "", None
    nothing_helps = bool(clauses) and all(clause.remedy == "none" for clause in clauses)
    words = WAYS["nothing helps" if nothing_helps and kind in ("refused", "removed", "unchanged") else kind]()
    url = f"{reverse('consultations:revise', args=[submission.reference])}?key={receipt_key(submission.reference)}"
    return words, url, time_left(submission)


WAYS = {
    "held": lambda: _("You need not wait: you can change the words and send the text again."),
    "redacted": lambda: _("You need do nothing. You can also send the text again in other words."),
    "returned": lambda: _(
        "Change the words that are marked and send the text again; a person reads it first. If you send nothing, we "
        "decide on the text as it is."
    ),
    "refused": lambda: _("You can change the words that it is about and send the text again. A person reads it."),
    "removed": lambda: _("You can change the words that it is about and send the text again. A person reads it."),
    "unchanged": lambda: _("You can send your change again in other words. A person reads it."),
    "nothing helps": lambda: _("No change of words puts this right. You can write another text in its place."),
}


def time_left(submission):
    """Return until when the author can change the text: the closing, or later when we asked for a change."""
    closes_at = submission.consultation.closes_at if submission.consultation else None
    return max(filter(None, (closes_at, submission.revisable_until)), default=None)


def redress_of(version):
    """Return who else the author can turn to: the last paragraph of the policy's section on another look."""
    section = next((section for section in version.policy.sections if section.key == ANOTHER_LOOK), None)
    return " ".join(section.text.strip().split("\n\n")[-1].split()) if section else ""

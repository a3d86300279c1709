"""Statements of reasons: what happened to a text, under which clauses, who noticed it, who decided, and the remedies.

`statement_of` describes a decision, `statement_of_hold` a text that a rule holds for review. A statement of
reasons quotes the author's text, so only the author may see it.
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

REDRESS_SECTION_KEY = "another-look"  # of the policy section about appeals
SELF_HARM = "STATEMENT_CATEGORY_SELF_HARM"  # the category of the clause about people's own safety
RESTRICTING_ACTIONS = (Decision.Action.REFUSE, Decision.Action.REDACT, Decision.Action.RETURN)


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedClause:
    """A cited clause, as numbered and worded in the policy version of the decision."""

    key: str
    number: int
    title: str
    url: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementOfReasons:
    """The content of a statement of reasons.

    `kind` is the result: held, published, redacted, refused, removed, unchanged or returned. `noticed` is what brought
    the text to a moderator: rule, note, other (a rule under another clause), reports or person.
    """

    kind: str
    what: str
    reason: str = ""
    clauses: tuple[CitedClause, ...] = ()
    version: int | None = None
    marks: tuple[Mark, ...] = ()  # the passages that the decision is about
    noticed: str = ""
    found: str = ""
    decided: str = ""
    at: datetime | None = None
    remedy: str = ""
    remedy_url: str = ""
    deadline: datetime | None = None
    appeal_until: datetime | None = None  # None when the author cannot appeal
    appeal: Appeal | None = None
    answers: Appeal | None = None  # the appeal that this decision answered
    redress: str = ""
    help: bool = False  # whether the text sounds like a crisis, so that the author is shown help lines
    key: str = ""  # public key of the decision
    current: bool = True  # whether the decision is about the current revision

    @property
    def passages(self) -> list[str]:
        """Return the marked passages without duplicates."""
        return list(dict.fromkeys(mark.passage for mark in self.marks if mark.passage and not mark.whole))


def with_statement_relations(decisions=None):
    """Load decisions with the relations that a statement of reasons reads; of all decisions without an argument."""
    found = Decision.objects.all() if decisions is None else decisions
    related = found.select_related("version", "case", "revision__submission__consultation", "appeal", "answers")
    long_columns = [f"revision__submission__consultation__{name}" for name in ("body", "outcome")]
    related = related.defer("version__document", *long_columns)
    return related.prefetch_related("citations", "case__reports", "revision__screenings__findings")


def latest_decision(submission):
    """Return the latest decision on a submission that was not taken back, or None."""
    decisions = Decision.objects.filter(revision__submission=submission, undone_at=None)
    return with_statement_relations(decisions).first()


def statement_of(decision):
    """Return the statement of reasons for a decision."""
    submission = decision.revision.submission
    kind = statement_kind(decision, submission)
    clauses = cited_clauses(decision.version, decision.clause_keys)
    noticed = notice_source(decision)
    is_help = kind != "published" and is_cry_for_help(decision.version, clauses, latest_screening(decision))
    remedy, url, deadline = author_remedy("help" if is_help else kind, clauses, submission)
    last_moment = appeals.appeal_deadline(decision)
    barred = appeals.reason_not_appealable(decision, submission, last_moment)
    return StatementOfReasons(
        kind=kind,
        help=is_help,
        key=str(decision.key),
        what=what_happened(kind, decision),
        reason=decision.reason,
        clauses=clauses,
        version=decision.version.number,
        marks=statement_marks(decision),
        noticed=noticed,
        found="" if kind == "published" or decision.imported else NOTICE_SENTENCES[noticed](),
        decided=who_decided(decision),
        at=decision.created_at,
        remedy=remedy,
        remedy_url=url,
        deadline=deadline,
        appeal_until=None if barred else last_moment,
        appeal=appeals.related_appeal(decision, "appeal"),
        answers=appeals.related_appeal(decision, "answers"),
        redress=redress_paragraph(decision.version) if decision.action in appeals.APPEALABLE else "",
        current=submission.current_id in (decision.revision_id, decision.result_id),
    )


def statement_of_hold(screening, submission):
    """Return the statement of reasons for a text that a rule holds; None when no rule holds it."""
    holding = [finding for finding in screening.findings.all() if finding.action == "hold"] if screening else []
    if not holding:
        return None
    keys = dict.fromkeys(finding.clause for finding in holding)
    clauses = cited_clauses(screening.version, keys)
    is_help = is_cry_for_help(screening.version, clauses, screening)
    remedy, url, deadline = author_remedy("help" if is_help else "held", clauses, submission)
    return StatementOfReasons(
        kind="held",
        help=is_help,
        what=_("Your text waits for a person to read it."),
        clauses=clauses,
        version=screening.version.number,
        marks=tuple(marks(holding, screening.version.policy, markable_fields(submission.current, submission))),
        noticed="rule",
        found=(
            _("A computer noticed this and keeps your text back until a person has read it.")
            if clauses
            else _("A computer could not look at your text to the end, so a person reads it first.")
        ),
        decided=_("Nobody has decided anything yet. A computer never refuses a text."),
        at=screening.created_at,
        remedy=remedy,
        remedy_url=url,
        deadline=deadline,
    )


def is_cry_for_help(version, clauses, screening):
    """Return whether a text is about its author's own safety: by a cited clause, or by what a rule saw."""
    if any(version.clause(cited.key).category == SELF_HARM for cited in clauses):
        return True
    findings = screening.findings.all() if screening else ()
    return any(finding.detector == "crisis_help" and finding.action != "shadow" for finding in findings)


def statement_kind(decision, submission):
    """Return the `kind` of a statement of reasons: a refusal may leave an earlier text public."""
    if decision.action != Decision.Action.REFUSE:
        return STATEMENT_KINDS[decision.action]
    if decision.previous_state.get("status", submission.status) != Status.PUBLISHED:
        return "refused"
    cleared = decision.previous_state.get("cleared", submission.cleared_id)
    return "removed" if cleared == decision.revision_id else "unchanged"


STATEMENT_KINDS = {
    Decision.Action.PUBLISH: "published",
    Decision.Action.REDACT: "redacted",
    Decision.Action.RETURN: "returned",
}


def what_happened(kind, decision):
    """Return the sentence that states the result."""
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


def cited_clauses(version, keys):
    """Return the clauses with these keys in a policy version; unknown keys are left out."""
    found = [clause for clause in map(version.clause, keys) if clause]
    return tuple(
        CitedClause(
            key=clause.key,
            number=clause.number,
            title=clause.title,
            url=clause_url(clause, version.number),
            remedy=clause.remedy,
        )
        for clause in found
    )


def latest_screening(decision):
    """Return the latest screening of the decided revision, or None."""
    return max(decision.revision.screenings.all(), key=lambda screening: screening.pk, default=None)


def notice_source(decision):
    """Return who noticed it: reports first, then a rule under a cited clause, else a person."""
    if any(report.created_at <= decision.created_at for report in decision.case.reports.all()):
        return "reports"
    screening = latest_screening(decision)
    keys = set(decision.clause_keys)
    seen = list(screening.findings.all()) if screening else []
    for action, word in (("hold", "rule"), ("note", "note")):
        if any(finding.action == action and finding.clause in keys for finding in seen):
            return word
    return "other" if any(finding.action == "hold" for finding in seen) else "person"


NOTICE_SENTENCES = {
    "reports": lambda: _("A reader told us about it."),
    "rule": lambda: _("A computer noticed it and kept your text back until a person had read it."),
    "note": lambda: _("A computer noticed it and told a moderator."),
    "other": lambda: _("A computer had kept your text back for something else. A person found this in reading it."),
    "person": lambda: _("A person found it in reading your text. No computer had noticed it."),
}


def who_decided(decision):
    """Return the sentence that states who decided; it is never a computer alone."""
    if decision.imported:
        return _("Decided where you sent it, before it came to this site.")
    if decision.batch_id:
        return _("A person decided this, together with other texts of the same kind.")
    return _("A person decided this, not a computer.")


def statement_marks(decision):
    """Return the passages a decision is about: its redacted spans, else the findings of rules under its clauses."""
    revision = decision.revision
    parts = markable_fields(revision, revision.submission)
    parts["name"] = decision.previous_state.get("author_name", parts["name"])
    spans = [span for span in (Span(*span) for span in decision.spans) if span.end <= len(parts[span.field])]
    if spans:
        return tuple(author_mark(span, place, parts[span.field]) for place, span in enumerate(spans))
    screening = latest_screening(decision)
    if screening is None or decision.action not in RESTRICTING_ACTIONS:
        return ()
    keys = set(decision.clause_keys)
    seen = [each for each in screening.findings.all() if each.clause in keys and each.action in ("hold", "note")]
    return tuple(marks(seen, screening.version.policy, parts))


def author_mark(span, place, text):
    """Return a redacted span as a mark in the author's statement of reasons."""
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
        advice="",
        rule="",
        clause=None,
        label=span.label,
    )


def markable_fields(revision, submission):
    """Return the texts that marks can refer to, by field name."""
    return {"title": revision.title, "text": revision.text, "name": submission.author_name}


def author_remedy(kind, clauses, submission):
    """Return the author's remedy as (sentence, URL, deadline); empty when the text cannot be changed."""
    if kind == "published" or submission.consultation is None or not submission.is_editable:
        return "", "", None
    if kind in ("refused", "removed", "unchanged") and clauses and all(clause.remedy == "none" for clause in clauses):
        kind = "nothing helps"
    url = f"{reverse('consultations:revise', args=[submission.reference])}?key={receipt_key(submission.reference)}"
    return REMEDY_SENTENCES[kind](), url, change_deadline(submission)


REMEDY_SENTENCES = {
    "held": lambda: _("You need not wait: you can change the words and send the text again."),
    "redacted": lambda: _("You need do nothing. You can also send the text again in other words."),
    "returned": lambda: _(
        "Change the words that are marked and send the text again; a person reads it first. If you send nothing, we "
        "decide on the text as it is."
    ),
    "refused": lambda: _("You can change the words that it is about and send the text again. A person reads it."),
    "removed": lambda: _("You can change the words that it is about and send the text again. A person reads it."),
    "unchanged": lambda: _("You can send your change again in other words. A person reads it."),
    "help": lambda: _("You have done nothing wrong. You can write another text whenever you like."),
    "nothing helps": lambda: _("No change of words puts this right. You can write another text in its place."),
}


def change_deadline(submission):
    """Return until when the author can change the text: the consultation's closing, or the later return deadline."""
    closes_at = submission.consultation.closes_at if submission.consultation else None
    return max(filter(None, (closes_at, submission.revisable_until)), default=None)


def redress_paragraph(version):
    """Return the other bodies the author can turn to: the last paragraph of the policy's section on appeals."""
    section = next((section for section in version.policy.sections if section.key == REDRESS_SECTION_KEY), None)
    return " ".join(section.text.strip().split("\n\n")[-1].split()) if section else ""

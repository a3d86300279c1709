"""Precedents: earlier decisions on the most similar texts, shown to the moderator for information only."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from rapidfuzz.distance import Indel

from consultations.models import Revision
from moderation.findings.case_text import POLICY_TEXT, decisions_on, screening_of, sealed_up_to
from moderation.models import Appeal, Band, Case, Citation, Decision, Finding, Screening
from moderation.models.case import DISTRESSING
from moderation.redress.statements_of_reasons import RESTRICTING_ACTIONS
from moderation.text.normalised import WORD_PATTERN
from portal.word_difference import Change, difference

MAX_PRECEDENTS = 3
MAX_NEAR_TEXTS = 50  # candidates that share bands or a campaign
MAX_CLAUSE_TEXTS = 500  # candidates of the same consultation and clause, latest first
# Similarity runs from 0 to 1. Texts below the minimum share little but their language.
MIN_SIMILARITY, SIMILAR_FROM, NEARLY_SAME_FROM = 0.2, 0.5, 0.8
MAX_COMPARED_WORDS = 1500  # only the first words of a longer text are compared
RESTRICTED_DESKS = (Case.Desk.LEGAL, Case.Desk.SAFETY, Case.Desk.PRIVACY)
LIKENESS_LABELS = (
    (1.0, _("the same words")),
    (NEARLY_SAME_FROM, _("nearly the same text")),
    (SIMILAR_FROM, _("similar")),
)
CLAUSE_ONLY_LABEL = _("about the same clause")
ACTION_LABELS = {
    Decision.Action.PUBLISH: _("Published"),
    Decision.Action.REDACT: _("Published without the marked passages"),
    Decision.Action.REFUSE: _("Refused"),
    Decision.Action.RETURN: _("Returned to its author"),
}
APPEAL_LABELS = {
    Appeal.Outcome.OPEN: _("appealed, not answered yet"),
    Appeal.Outcome.UPHELD: _("stood on appeal"),
    Appeal.Outcome.VARIED: _("changed in part on appeal"),
    Appeal.Outcome.OVERTURNED: _("overturned on appeal"),
    Appeal.Outcome.GONE: _("the appeal ended when its author changed or withdrew the text"),
}


class Candidate(NamedTuple):
    """A decided text with its similarity to the case's text."""

    alike: float  # 0 to 1
    decision: int
    submission: int


@dataclass(frozen=True, slots=True)
class Precedent:
    """A decided case as shown: action, clauses, result of an appeal, and similarity to the case's text."""

    case: int
    reference: str
    action: str  # a label, as are `appeal` and `likeness`
    appeal: str
    likeness: str
    alike: float
    clauses: tuple
    at: datetime
    same_author: bool
    corrected: bool  # the case's text is the author's changed version of this one
    hard: bool  # distressing to read
    title: list[Change] = field(default_factory=list)  # differences to the case's title and text
    text: list[Change] = field(default_factory=list)


def precedents_of(case):
    """Return the most similar decided cases, at most `MAX_PRECEDENTS`, the most similar first.

    Leaves out decisions that were taken back or imported, cases of restricted desks, and earlier decisions on the same
    submission when the reader must not know them.
    """
    chosen = {}
    for candidate in sorted(find_candidates(case), reverse=True):
        chosen.setdefault(candidate.submission, candidate)  # one per submission: the most similar, then the latest
        if len(chosen) == MAX_PRECEDENTS:
            break
    return build_precedents(case, list(chosen.values()))


def find_candidates(case):
    """Return the decided texts above the minimum similarity; a bounded number of texts is compared."""
    screening = screening_of(case.revision_id)
    clauses = holding_clause_keys(screening)
    rows = {*near_texts(case, screening), *clause_texts(case, clauses)}
    words, least = comparison_words(case.revision.text), MIN_SIMILARITY if clauses else SIMILAR_FROM
    candidates = (
        Candidate(word_similarity(words, comparison_words(text), least), pk, submission)
        for pk, text, submission in rows
    )
    return [candidate for candidate in candidates if candidate.alike >= least]


def visible_decisions(case, **place):
    """Select the decisions that the case's reader may see, latest first; `place` filters their revisions.

    Conditions on other tables are EXISTS subqueries: the database then walks back from the latest decision and stops
    early instead of joining and sorting.
    """
    made = Decision.objects.not_undone().filter(imported=False).exclude(revision=case.revision_id)
    texts = Revision.objects.filter(pk=OuterRef("revision"), submission__erased_at=None, **place)
    if is_blind(case):
        texts = texts.exclude(submission=case.submission_id)
    closed = Case.objects.filter(pk=OuterRef("case"), desk__in=set(RESTRICTED_DESKS) - {case.desk})
    return made.filter(Exists(texts), ~Exists(closed)).order_by("-id")


def is_blind(case):
    """Return whether the reader must not know earlier decisions on the case's submission."""
    return case.cause == Case.Cause.APPEALED or hasattr(case, "blind_check")


def near_texts(case, screening):
    """Return decided texts of the same campaign, else those that share most MinHash bands."""
    if screening is None:
        return []
    if screening.campaign_id:
        revisions = Screening.objects.filter(campaign=screening.campaign_id).values("revision")
    else:
        shared = Band.objects.filter(value__in=list(screening.bands.values_list("value", flat=True)))
        best = shared.exclude(screening=screening).values("screening__revision").annotate(n=Count("pk"))
        revisions = [row["screening__revision"] for row in best.order_by("-n", "-screening__revision")[:MAX_NEAR_TEXTS]]
    return comparison_rows(visible_decisions(case).filter(revision__in=revisions)[:MAX_NEAR_TEXTS])


def clause_texts(case, clauses):
    """Return the latest decided texts of the same consultation and clauses."""
    made = visible_decisions(case, submission__consultation=case.submission.consultation_id)
    if clauses:
        cited = Citation.objects.filter(decision=OuterRef("pk"), clause__in=clauses)
        held = Finding.objects.filter(screening__revision=OuterRef("revision"), action="hold", clause__in=clauses)
        made = made.filter(Exists(cited) | Exists(held))
    return comparison_rows(made[:MAX_CLAUSE_TEXTS])


def comparison_rows(decisions):
    """Return (decision id, text, submission id). Texts are read by a second query, because sorting them is slow."""
    chosen = Decision.objects.filter(pk__in=list(decisions.values_list("pk", flat=True)))
    return chosen.order_by().values_list("pk", "revision__text", "revision__submission")


def holding_clause_keys(screening):
    """Return the keys of the clauses under which a rule holds the text."""
    findings = screening.findings.all() if screening else ()
    return {finding.clause for finding in findings if finding.action == "hold" and finding.clause}


def comparison_words(text):
    """Return the casefolded words of a text; in Chinese, Japanese and Korean each character."""
    return WORD_PATTERN.findall(text.casefold())[:MAX_COMPARED_WORDS]


def word_similarity(words, others, least=0.0):
    """Return the normalised indel similarity of two word lists, 0 to 1; 0 below `least`."""
    return Indel.normalized_similarity(words, others, score_cutoff=least) if words and others else 0.0


def build_precedents(case, chosen):
    """Return the candidates as precedents; a nearly identical first one includes the differences."""
    rows = Decision.objects.select_related("case", "revision__submission", "result", "version", "appeal")
    found = rows.defer(POLICY_TEXT).prefetch_related("citations").in_bulk([each.decision for each in chosen])
    shown = [build_precedent(case, found[each.decision], each.alike) for each in chosen]
    if shown and NEARLY_SAME_FROM <= shown[0].alike < 1 and not shown[0].hard and case.severity < DISTRESSING:
        return [with_difference(shown[0], case, found[chosen[0].decision]), *shown[1:]]
    return shown


def build_precedent(case, decision, alike):
    """Return a decision as a precedent."""
    clauses = tuple(clause for clause in decision.clauses if clause)
    same_author = is_by_same_author(case.submission, decision.revision.submission)
    return Precedent(
        case=decision.case_id,
        reference=decision.revision.submission.reference,
        action=ACTION_LABELS[decision.action],
        appeal=APPEAL_LABELS[decision.appeal.outcome] if hasattr(decision, "appeal") else "",
        likeness=next((words for least, words in LIKENESS_LABELS if alike >= least), CLAUSE_ONLY_LABEL),
        alike=alike,
        clauses=clauses,
        at=decision.created_at,
        same_author=same_author,
        corrected=same_author and decision.action in RESTRICTING_ACTIONS and NEARLY_SAME_FROM <= alike < 1,
        hard=decision.case.severity >= DISTRESSING or any(clause.severity >= DISTRESSING for clause in clauses),
    )


def is_by_same_author(submission, other):
    """Return whether both submissions are known to have the same author."""
    keys = submission.author_key and submission.author_key == other.author_key
    return bool(submission.pk == other.pk or keys or (submission.author_id and submission.author_id == other.author_id))


def with_difference(precedent, case, decision):
    """Add the differences to the case's text; redacted passages stay hidden."""
    before, after = readable_revision(decision.revision), readable_revision(case.revision)
    changed = {name: difference(getattr(before, name), getattr(after, name)) for name in ("title", "text")}
    return replace(precedent, **changed)


def readable_revision(revision):
    """Return the revision, or its redacted version when it is sealed."""
    decisions = decisions_on(revision.submission)
    if revision.number > sealed_up_to(decisions):
        return revision
    return next(decision.result for decision in decisions if decision.result_id)

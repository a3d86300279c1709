"""Statements of reasons as rows of the EU's DSA Transparency Database, under its field names.

Rows contain fixed sentences only: no text of a moderator or author, and no name.
"""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.modes.table import submission_kind
from moderation.models import Appeal, Decision
from moderation.models.versions import clause_url
from moderation.redress.statements_of_reasons import (
    RESTRICTING_ACTIONS,
    notice_source,
    statement_kind,
    with_statement_relations,
)
from portal.outbox.models import MESSAGE_GRACE

DSA_FIELDS = (
    *("puid", "decision_visibility", "decision_visibility_other", "end_date_visibility_restriction"),
    *("decision_ground", "decision_ground_reference_url"),
    *("illegal_content_legal_ground", "illegal_content_explanation"),
    *("incompatible_content_ground", "incompatible_content_explanation", "incompatible_content_illegal"),
    *("category", "category_addition", "category_specification", "category_specification_other"),
    *("content_type", "content_type_other", "content_language", "content_date"),
    *("territorial_scope", "application_date", "decision_facts"),
    *("source_type", "source_identity", "automated_detection", "automated_decision"),
)
EEA_COUNTRIES = tuple(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()
)  # European Economic Area: a restriction applies everywhere
OTHER_GROUND = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"


def restricting_decisions(since, until):
    """Select the decisions from `since` to `until` (dates, inclusive) that restricted a text, oldest first.

    Leaves out decisions that were or still can be taken back, imported ones, and those that upheld another on appeal.
    """
    made = Decision.objects.filter(action__in=RESTRICTING_ACTIONS, imported=False, undone_at=None)
    made = made.filter(
        created_at__date__gte=since, created_at__date__lte=until, created_at__lt=timezone.now() - MESSAGE_GRACE
    )
    return with_statement_relations(made.exclude(answers__outcome=Appeal.Outcome.UPHELD)).order_by("id")


def statement_row(decision):
    """Return a decision as a row of the database; fields that do not apply are None or []."""
    submission = decision.revision.submission
    kind, noticed = statement_kind(decision, submission), notice_source(decision)
    clauses = [clause for clause in decision.clauses if clause]
    row = dict.fromkeys(DSA_FIELDS)
    row |= visibility_fields(kind, decision) | ground_fields(clauses, decision.version) | category_fields(clauses)
    return row | {
        "puid": str(decision.key),
        "category_specification": [],
        "content_type": ["CONTENT_TYPE_TEXT"],
        "content_language": submission.language[:2].upper() or None,
        "content_date": timezone.localdate(decision.revision.created_at).isoformat(),
        "territorial_scope": list(EEA_COUNTRIES),
        "application_date": timezone.localdate(decision.created_at).isoformat(),
        "decision_facts": facts_sentence(kind, noticed, submission),
        "source_type": "SOURCE_TYPE_OTHER_NOTIFICATION" if noticed == "reports" else "SOURCE_VOLUNTARY",
        "automated_detection": "Yes" if noticed in ("rule", "note", "other") else "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
    }


def visibility_fields(kind, decision):
    """Return the visibility fields; the end date is set when an appeal overturned the decision."""
    appeal = getattr(decision, "appeal", None)
    over = appeal and appeal.outcome == Appeal.Outcome.OVERTURNED
    ended = timezone.localdate(appeal.decided_at).isoformat() if over else None
    visibility, other = "DECISION_VISIBILITY_CONTENT_DISABLED", None
    if kind == "redacted":
        visibility, other = "DECISION_VISIBILITY_OTHER", _("Passages were replaced by a label; the rest is public.")
    elif kind == "removed":
        visibility = "DECISION_VISIBILITY_CONTENT_REMOVED"
    return {
        "decision_visibility": [visibility],
        "decision_visibility_other": other,
        "end_date_visibility_restriction": ended,
    }


def ground_fields(clauses, version):
    """Return the ground fields, from the first cited clause in the wording of the decision's policy version."""
    clause = next(iter(clauses), None)
    if clause is None:
        words = {"incompatible_content_ground": _("House rules"), "incompatible_content_explanation": _("House rules")}
        return {"decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT", **words}
    named = "; ".join(
        _("Clause %(number)s: %(title)s") % {"number": each.number, "title": each.title} for each in clauses
    )
    explained = " ".join(clause.reason.split())[:2000]
    ground = {
        "decision_ground": f"DECISION_GROUND_{clause.ground}",
        "decision_ground_reference_url": (settings.SITE_URL + clause_url(clause, version.number))[:500],
    }
    if clause.ground == "ILLEGAL_CONTENT":
        legal = clause.legal_basis or named
        return ground | {"illegal_content_legal_ground": legal[:500], "illegal_content_explanation": explained}
    return ground | {
        "incompatible_content_ground": named[:500],
        "incompatible_content_explanation": explained,
        "incompatible_content_illegal": "No",
    }


def category_fields(clauses):
    """Return the first cited clause's category and the distinct categories of the others."""
    first, *others = dict.fromkeys(clause.category for clause in clauses) or [OTHER_GROUND]
    return {"category": first, "category_addition": others}


def facts_sentence(kind, noticed, submission):
    """Return `decision_facts`: the kind of text, the result, who noticed it and who decided."""
    decided = _("A person decided, and the author was told why and how to ask for another look.")
    return " ".join(
        [str(submission_kind(submission).what_it_is), OUTCOME_FACTS[kind](), NOTICE_FACTS[noticed](), decided]
    )


OUTCOME_FACTS = {
    "refused": lambda: _("It was not published."),
    "removed": lambda: _("It was public, and is not shown any more."),
    "unchanged": lambda: _("A change to it was not published; the text before it stays public."),
    "redacted": lambda: _("It was published without some passages."),
    "returned": lambda: _("It was not published as it was; its author was asked to change it."),
}
NOTICE_FACTS = {
    "reports": lambda: _("A reader had reported it."),
    "rule": lambda: _("A rule had kept it back until a person had read it."),
    "note": lambda: _("A rule had pointed it out to a moderator."),
    "other": lambda: _("A rule had kept it back under another clause."),
    "person": lambda: _("No rule had noticed it."),
}

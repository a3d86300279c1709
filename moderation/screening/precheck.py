"""Pre-check of a draft: what its author should know before sending. Stores and refuses nothing."""

from consultations.submitting.precheck import PrecheckWarning
from moderation.findings.passages import is_whole
from moderation.models.versions import clause_url

WARNING_KINDS = {"emergency": "emergency", "crisis_help": "help", "undisclosed_staff": "staff"}  # by detector


def warnings_about(submission, title, text, evaluation):
    """Return the warnings for a draft: what would hold it, and offers of help; one per passage and clause."""
    parts = {"title": title, "text": text, "name": submission.author_name}
    warnings = {}
    for finding in evaluation.result.findings:
        if kind := warning_kind(finding):
            place = (kind, finding.clause, finding.field, finding.start, finding.end)
            clause = evaluation.version.clause(finding.clause)
            warnings.setdefault(place, as_warning(kind, finding, clause, parts[finding.field]))
    return tuple(warnings.values())


def warning_kind(finding):
    """Return the kind of a finding's warning; "" when its author gets none."""
    if finding.action in ("hold", "note") and finding.detector in WARNING_KINDS:
        return WARNING_KINDS[finding.detector]
    return "hold" if finding.action == "hold" and not finding.is_failure else ""


def as_warning(kind, finding, clause, raw):
    """Return a finding as a warning for the author."""
    return PrecheckWarning(
        kind=kind,
        field="author_name" if finding.field == "name" else finding.field,
        start=finding.start,
        end=finding.end,
        words="" if is_whole(finding, raw) else raw[finding.start : finding.end],
        explanation=finding.explanation,
        clause=clause.number,
        title=clause.title,
        url=clause_url(clause),
    )

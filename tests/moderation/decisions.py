"""Decisions of a moderator on a text that waits."""

from moderation.findings.redaction import Span
from moderation.review.decisions import decide


def refuse_or_redact(submission, moderator, action, spans=()):
    case = submission.cases.get(closed_at=None)
    return decide(
        case,
        revision_id=case.revision_id,
        action=action,
        actor=moderator,
        clauses=["personal-information"],
        reason="A private number.",
        spans=spans,
    )


def redact(submission, moderator, start=11, end=23):
    """Have a moderator take the number out of a text that was held for it."""
    case = submission.cases.get(closed_at=None)
    return decide(
        case,
        revision_id=case.revision_id,
        action="redact",
        actor=moderator,
        clauses=["personal-information"],
        reason="A number.",
        spans=[Span("text", start, end, "phone number removed")],
    )

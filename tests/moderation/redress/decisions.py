"""Decisions, and the reports and appeals against them."""

from moderation.models import Case
from moderation.redress.reports import file_report
from moderation.review.decisions import decide
from tests.factories import held_in

PRIVATE = "personal-information"
ADDRESS = "reader@example.org"
REASONED = {"clauses": [PRIVATE], "reason": "It has a number."}
UNTRUE = {"clause": "accusations", "text": "It is untrue."}


def decided(submission, action, actor, **kwargs):
    case = Case.objects.get(submission=submission, closed_at=None)
    return decide(case, revision_id=case.revision_id, action=action, actor=actor, **kwargs)


def refused(consultation, actor, **fields):
    submission = held_in(consultation, **fields)
    decision = decided(submission, "refuse", actor, **REASONED)
    submission.refresh_from_db()
    return submission, decision


def reported(submission, reader="a", **fields):
    submission.refresh_from_db()
    return file_report(submission, submission.cleared, reporter_key=reader, **fields)

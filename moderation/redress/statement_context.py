"""Template context of a statement of reasons, for the receipt page and for messages."""

from typing import NamedTuple

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from consultations.receipt_links import receipt_key
from moderation.findings.case_text import screening_of
from moderation.findings.passages import segments
from moderation.models import Case, ModerationSettings
from moderation.redress.statements_of_reasons import latest_decision, statement_of, statement_of_hold


class MarkedSegment(NamedTuple):
    """A segment of text and the labels of the marks on it, separated by spaces."""

    text: str
    letters: str


def statement_context(submission, key=""):
    """Return the context of a statement; with the author's key it includes the link to appeal."""
    said = decision_context(submission)
    return {**said, **appeal_context(said, key)}


def letter_statement_context(submission):
    """Return the context of a statement in a message, whose links are absolute."""
    return {**statement_context(submission, receipt_key(submission.reference)), "site": settings.SITE_URL}


def decision_context(submission):
    """Return the statements of the latest decision and of a hold, and the current text cut at the marks."""
    decision = latest_decision(submission)
    said = statement_of(decision) if decision else None
    hold = None if said and said.current else hold_statement(submission)
    told = hold or (said if said and decision.revision_id == submission.current_id else None)
    current, seen = submission.current, told.marks if told else ()
    return {
        "submission": submission,
        "said": said,
        "hold": hold,
        "told": told,
        "marks": seen,
        "marked_title": marked_segments("title", current.title, seen),
        "marked": marked_segments("text", current.text, seen),
        "marked_name": marked_segments("name", submission.author_name, seen),
        "ahead": count_ahead(submission) if submission.is_waiting else None,
    }


def appeal_context(said, key):
    """Return the appeal's URL and the days within which it is answered; {} when the author cannot appeal."""
    decision = said["said"]
    if not (key and decision and decision.appeal_until):
        return {}
    address = reverse("moderation:appeal", args=[said["submission"].reference])
    return {"appeal_url": f"{address}?key={key}", "appeal_days": ModerationSettings.load().appeal_days}


def hold_statement(submission):
    """Return the statement of a held text, or None."""
    if not submission.is_waiting:
        return None
    return statement_of_hold(screening_of(submission.current_id), submission)


def count_ahead(submission):
    """Return how many cases of the same queue rank before this text; None when it does not wait."""
    case = Case.objects.waiting().filter(submission=submission).first()
    if case is None:
        return None
    before = Q(rank_at__lt=case.rank_at) | Q(rank_at=case.rank_at, pk__lt=case.pk)
    return Case.objects.waiting().filter(before, desk=case.desk).count()


def marked_segments(field, text, marks):
    """Cut one field's text at the marks on it; return its non-empty segments with the labels of their marks."""
    cut = segments(text, [mark for mark in marks if mark.field == field])
    return [MarkedSegment(segment.text, " ".join(segment.letters)) for segment in cut if segment.text]

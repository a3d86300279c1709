"""What the rules and the moderators said of a text, for templates."""

from datetime import timedelta
from typing import NamedTuple

from django import template
from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.receipt_links import receipt_key
from moderation.findings.case_text import screening_of
from moderation.findings.passages import segments
from moderation.models import Case, ModerationSettings
from moderation.models.versions import clause_url
from moderation.redress.statements import standing_decision, statement_of, statement_of_hold

register = template.Library()
register.filter(clause_url)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class Stretch(NamedTuple):
    """A stretch of text and the letters of the findings in it, if any."""

    text: str
    letters: str


@register.inclusion_tag("moderation/_statement.html", takes_context=True)
def statement(context, submission, key=""):
    """Show an author what became of the text, and why; with the author's key, also the way to another look."""
    said = said_of(submission)
    return {**said, "key": key, "csrf_token": context.get("csrf_token"), **another_look(said, key)}


@register.inclusion_tag("moderation/letters/statement.txt")
def letter_statement(submission):
    """Tell the author in a letter what became of the text, and why."""
    said = said_of(submission)
    return {**said, **another_look(said, receipt_key(submission.reference)), "site": settings.SITE_URL}


def said_of(submission):
    """Return the statement of the decision that stands, that of the hold, and the author's words with their marks."""
    decision = standing_decision(submission)
    said = statement_of(decision) if decision else None
    hold = None if said and said.current else hold_of(submission)
    told = hold or (said if said and decision.revision_id == submission.current_id else None)
    current, seen = submission.current, told.marks if told else ()
    return {
        "submission": submission,
        "said": said,
        "hold": hold,
        "told": told,
        "marks": seen,
        "marked_title": stretches(segments(current.title, [mark for mark in seen if mark.field == "title"])),
        "marked": stretches(segments(current.text, [mark for mark in seen if mark.field == "text"])),
        "marked_name": stretches(segments(submission.author_name, [mark for mark in seen if mark.field == "name"])),
        "ahead": ahead_of(submission) if submission.is_waiting else None,
    }


def another_look(said, key):
    """Return what the request for another look needs: where it goes, and within how many days it is answered."""
    decision = said["said"]
    if not (key and decision and decision.appeal_until):
        return {}
    address = reverse("moderation:appeal", args=[said["submission"].reference])
    return {"appeal_url": f"{address}?key={key}", "appeal_days": ModerationSettings.load().appeal_days}


def hold_of(submission):
    """Return the statement of a text that a rule keeps back, or None."""
    if not submission.is_waiting:
        return None
    return statement_of_hold(screening_of(submission.current_id), submission)


def ahead_of(submission):
    """Return how many texts are read before this one; None when it is in nobody's queue."""
    case = Case.objects.waiting().filter(submission=submission).first()
    if case is None:
        return None
    before = Q(rank_at__lt=case.rank_at) | Q(rank_at=case.rank_at, pk__lt=case.pk)
    return Case.objects.waiting().filter(before, desk=case.desk).count()


def stretches(cut):
    """Return the marked text in the least a template needs."""
    return [Stretch(segment.text, " ".join(segment.letters)) for segment in cut if segment.text]


@register.filter
def paragraphs(text):
    """Return the paragraphs of a policy text without the line breaks of its file."""
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


@register.filter
def due_in_words(due_at, now=None):
    """Return how long is left, such as “due in 1 h 12 min”, or how late it is."""
    left = due_at - (now or timezone.now())
    if abs(left) < MINUTE:
        return _("due now")
    return (_("due in %s") if left > timedelta() else _("late by %s")) % span_in_words(abs(left))


def span_in_words(span):
    """Return a stretch of time in its two largest units."""
    days, hours, minutes = span // DAY, span % DAY // HOUR, span % HOUR // MINUTE
    if days:
        words = [ngettext("%d day", "%d days", days) % days, _("%d h") % hours if hours else ""]
    else:
        words = [_("%d h") % hours if hours else "", _("%d min") % minutes if minutes else ""]
    return " ".join(word for word in words if word)

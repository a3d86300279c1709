"""What the rules and the moderators said of a text, for templates."""

from datetime import timedelta
from typing import NamedTuple

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation.models import Decision
from moderation.reading import POLICY_TEXT, marked

register = template.Library()
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class Stretch(NamedTuple):
    """A stretch of text and the letters of the findings in it, if any."""

    text: str
    letters: str


@register.inclusion_tag("moderation/_statement.html")
def statement(submission):
    """Show an author what became of the text, and why."""
    decision = latest_decision(submission)
    seen = marked(submission, submission.current, holding_only=True)
    return {
        "submission": submission,
        "decision": decision and in_words(decision, submission),
        "findings": [finding_in_words(mark) for mark in seen.marks],
        "marked_title": stretches(seen.title),
        "marked": stretches(seen.text),
        "version": decision.version.number if decision else seen.version,
    }


def latest_decision(submission):
    """Return the latest decision on any text of the submission, or None."""
    decisions = Decision.objects.filter(revision__submission=submission).select_related("version")
    return decisions.defer(POLICY_TEXT).prefetch_related("citations").first()


def in_words(decision, submission):
    """Return a decision as its author reads it."""
    texts = (decision.revision_id, decision.result_id)
    return {
        "action": decision.action,
        "label": decision.get_action_display(),
        "reason": decision.reason,
        "at": decision.at,
        "imported": decision.imported,
        "automated": False,
        "version": decision.version.number,
        "of_current_text": submission.current_id in texts,
        "clauses": [clause_in_words(clause) for clause in decision.clauses if clause],
    }


def clause_in_words(clause):
    """Return how a clause is cited in public."""
    return {"number": clause.number, "title": clause.title, "url": clause_url(clause)}


def finding_in_words(mark):
    """Return a finding as the author reads it."""
    cited = clause_in_words(mark.clause) if mark.clause else {"number": "", "title": "", "url": ""}
    return {
        "letter": mark.letter,
        "explanation": mark.explanation,
        "action": mark.action,
        "clause": cited,
        "clause_number": cited["number"],
        "clause_title": cited["title"],
        "url": cited["url"],
    }


def stretches(segments):
    """Return the marked text in the least a template needs."""
    return [Stretch(segment.text, " ".join(segment.letters)) for segment in segments]


@register.filter
def clause_url(clause):
    """Return the public address of a clause."""
    return f"{reverse('moderation:policy')}#clause-{clause.number}"


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

"""What the rules and the moderators said of a text, for templates."""

from datetime import timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation.models.versions import clause_url

register = template.Library()
register.filter(clause_url)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


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


# The next two build their HTML here because templates add white space between lines, which these texts would show.


@register.simple_tag
def text_with_findings(segments, *, described=True):
    """Return a text with its findings in <mark>; `described` marks refer to the findings' descriptions on the page."""
    pieces = [(marked_segment(each, described) if each.letters else each.text,) for each in segments]
    return format_html_join("", "{}", pieces)


@register.simple_tag
def text_without_passages(parts):
    """Return a text in which labels stand in the place of what is taken out; passages.js makes the same of it."""
    pieces = (format_html("<ins>[{}]</ins>", each.label) if each.label else each.text for each in parts)
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def marked_segment(segment, described):
    """Return a segment in <mark>; the style sheet draws its letters, so that nobody copies them with the text."""
    ids = " ".join(f"finding-{letter}" for letter in segment.letters)
    return format_html(
        '<mark class="mark mark--{}" data-letters="{}"{}>{}</mark>',
        segment.action,
        " ".join(segment.letters),
        format_html(' aria-describedby="{}"', ids) if described else "",
        segment.text,
    )

"""What the rules and the moderators said of a text, for templates."""

from datetime import timedelta

from django import template
from django.utils import timezone
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

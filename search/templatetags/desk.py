"""Template filters: highlighted texts, mapping look-up, query text."""

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

from portal.templatetags.portal import grouped
from search.language.query import Or
from search.language.snippets import HIGHLIGHT_BEGIN, HIGHLIGHT_END

register = template.Library()
register.filter(grouped)


@register.filter
def highlighted(text):
    """Escape a text, then replace its highlight characters by ``mark`` elements."""
    escaped = conditional_escape(text).replace(HIGHLIGHT_BEGIN, "<mark>").replace(HIGHLIGHT_END, "</mark>")
    return mark_safe(escaped)  # noqa: S308  (escaped a line above; the marks stand in pairs)


@register.filter
def get_value(mapping, key):
    """Return a mapping's value; an empty string for a missing key."""
    return mapping.get(key, "")


@register.filter
def with_word(query, word):
    """Return the query text with one more required word."""
    alternatives = isinstance(query.node, Or)
    return f"({query.text}) {word}" if alternatives else f"{query.text} {word}".strip()

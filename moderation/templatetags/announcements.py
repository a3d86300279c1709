"""What everybody is told these days: a crisis level, a caretaker period, and where help is in an emergency."""

import re
from typing import NamedTuple

from django import template

from moderation.models import ModerationSettings
from moderation.restrictions import in_force

register = template.Library()

# Three digits or more, with spaces or the hyphens of a number; 9-17 and 24/7 are none.
PHONE_NUMBER = re.compile(r"\+?\d(?:(?: ?|-(?=\d{3}))\d){2,}")


class Announced(NamedTuple):
    """What counts now: a crisis, a caretaker period, or None for either."""

    crisis: object
    period: object


class Line(NamedTuple):
    """A help line: its words, and the number in it to call."""

    before: str
    number: str
    after: str

    @property
    def dial(self):
        """Return the number without what is there for the eye."""
        return re.sub(r"[ -]", "", self.number)


class Help(NamedTuple):
    """Where help is."""

    number: str
    dial: str
    lines: list[Line]


@register.simple_tag
def announced():
    """Return the crisis and the caretaker period that we are in."""
    return Announced(in_force.crisis_in_force(), in_force.caretaker_period())


@register.simple_tag
def publication_now(consultation=None):
    """Return when a text without a finding is published, as `in_force.publication` names it."""
    return in_force.publication(consultation)


@register.simple_tag
def help_at_hand():
    """Return the emergency number, and the help lines one by one."""
    known = ModerationSettings.load()
    lines = [line_of(words) for words in known.help_lines]
    return Help(known.emergency_number, known.emergency_number.replace(" ", ""), lines)


def line_of(words):
    """Return a help line with the first number in it set apart."""
    found = PHONE_NUMBER.search(words)
    if not found:
        return Line(words, "", "")
    return Line(words[: found.start()], found[0], words[found.end() :])

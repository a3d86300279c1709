"""Showing published numbers: in words, as bars, and in words where one is not published."""

from typing import NamedTuple

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consultations.models import Status
from moderation.models import Appeal, Report

register = template.Library()

NAMES = {
    "texts": {
        "received": gettext_lazy("Received"),
        Status.PUBLISHED.value: gettext_lazy("Published"),
        Status.HELD.value: gettext_lazy("Waiting for a person"),
        Status.REFUSED.value: gettext_lazy("Refused"),
        Status.WITHDRAWN.value: gettext_lazy("Withdrawn by their authors"),
        "redacted": gettext_lazy("Published without some passages"),
    },
    "machine": {
        "passed": gettext_lazy("Passed"),
        "passed with a note": gettext_lazy("Passed with a note to the moderators"),
        "held for a person": gettext_lazy("Held for a person"),
        "refused by machine": gettext_lazy("Refused"),
    },
    "reports": {"received": gettext_lazy("Received"), **dict(Report.Outcome.choices)},
    "appeals": {"received": gettext_lazy("Received"), **dict(Appeal.Outcome.choices)},
}
GROUPS = {  # title, what it counts, what is said when there is nothing
    "texts": (
        gettext_lazy("Texts"),
        gettext_lazy("How the texts of this time stand now. A text can be published and redacted."),
        gettext_lazy("No text came in during this time."),
    ),
    "machine": (
        gettext_lazy("What the computer did alone"),
        gettext_lazy("A rule may let a text pass, note it or hold it for a person. No computer refuses a text here."),
        gettext_lazy("No text was screened during this time."),
    ),
    "reports": (
        gettext_lazy("Reports by readers"),
        gettext_lazy("A flood of reports from one place is counted once when we decide what to read first."),
        gettext_lazy("Nobody reported anything during this time."),
    ),
    "appeals": (
        gettext_lazy("Appeals by authors"),
        gettext_lazy("Somebody else than the first person decides, and always writes back."),
        gettext_lazy("Nobody appealed during this time."),
    ),
}
HEIGHT, STEP = 72, 24  # units of the drawing


class Bar(NamedTuple):
    """One month of the drawing."""

    x: int
    y: int
    height: int


@register.inclusion_tag("moderation/_figures.html")
def figure_group(key, figures):
    """Show a group of published numbers under its title."""
    title, text, nothing = GROUPS[key]
    return {"key": key, "figures": figures, "title": title, "text": text, "nothing": nothing}


@register.filter
def figure_name(group, name):
    """Return the name of a number in words."""
    return NAMES[group][name]


@register.filter
def few(count):
    """Return a number, or that it is not shown."""
    return _("not shown") if count is None else count


@register.filter
def largest(figures):
    """Return the largest number of a group, at least 1."""
    return max([figure.count or 0 for figure in figures] + [1])


@register.filter
def are_nothing(figures):
    """Return whether every number of a group is 0."""
    return all(figure.count == 0 for figure in figures)


@register.filter
def cited(clauses):
    """Return the clauses under which anything was refused or taken out."""
    return [clause for clause in clauses if clause.refused != 0 or clause.redacted != 0]


@register.filter
def hours(value):
    """Return a number of hours in words, in minutes when it is less than one."""
    minutes = round(value * 60)
    if minutes < 60:
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    return _("%(hours)s hours") % {"hours": f"{value:.1f}".removesuffix(".0")}


@register.filter
def bars(months):
    """Return the months as bars of the drawing."""
    top = max([month.received or 0 for month in months] + [1])
    heights = [round(HEIGHT * (month.received or 0) / top) for month in months]
    return [Bar(place * STEP, HEIGHT - height, height) for place, height in enumerate(heights)]

"""The lines of a question's table: its choices, or bands of the numbers and days that were given."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from itertools import count
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consultations.measures import said_number
from consultations.ranks import ranked
from portal.agency.days import months_later

MOST_BANDS = 10
MOST_MONTHS = 24  # of days; what reaches further is counted by years


class Line(NamedTuple):
    """One line of a table: its words, and the values that count in it."""

    label: str
    values: tuple[str, ...]


def table_lines(question: Any, given: Collection[str]) -> list[Line]:
    """Return the lines of a closed question; those of numbers and days depend on the values that were given.

    A line of an order are those who put its choice first.
    """
    if question.is_ranking:
        return [Line(line, (ranked(1, line),)) for line in question.lines]
    if question.has_choices:
        return [Line(words, (value,)) for value, words in question.options]
    if not given:
        return []
    if question.is_number:
        return bands({value: Decimal(value) for value in given}, lambda number: said_number(number, question.unit))
    days = {value: date.fromisoformat(value) for value in given}
    first, last = min(days.values()).replace(day=1), max(days.values())
    if months_later(first, MOST_MONTHS) > last:
        return by_month(days, first, last)
    return bands({value: Decimal(day.year) for value, day in days.items()}, str)


def by_month(days: Mapping[str, date], first: date, last: date) -> list[Line]:
    """Return a line for each month between two days."""
    lines = []
    while first <= last:
        in_month = tuple(value for value, day in days.items() if day.replace(day=1) == first)
        lines.append(Line(date_format(first, "YEAR_MONTH_FORMAT"), in_month))
        first = months_later(first, 1)
    return lines


def bands(numbers: Mapping[str, Decimal], said: Any) -> list[Line]:
    """Return at most ten equal bands from the smallest number to the largest."""
    low, high, step = min(numbers.values()), max(numbers.values()), step_of(numbers.values())
    width = next(each for each in round_widths(step) if place(high, each) - place(low, each) < MOST_BANDS)
    members: dict[int, list[str]] = {}
    for value, number in numbers.items():
        members.setdefault(place(number, width), []).append(value)
    return [
        Line(band_label(each * width, each * width + width - step, said), tuple(members.get(each, ())))
        for each in range(place(low, width), place(high, width) + 1)
    ]


def band_label(first: Decimal, last: Decimal, said: Any) -> str:
    """Return a band in words."""
    return said(last) if first == last else _("%(first)s to %(last)s") % {"first": said(first), "last": said(last)}


def place(number: Decimal, width: Decimal) -> int:
    """Return which band of a width a number lies in."""
    return int((number / width).to_integral_value(ROUND_FLOOR))


def step_of(numbers: Collection[Decimal]) -> Decimal:
    """Return the distance between two neighbours: 1, 0.1 or 0.01, by the decimals that were given."""
    return Decimal(1).scaleb(min(int(number.as_tuple().exponent) for number in numbers))


def round_widths(step: Decimal) -> Iterator[Decimal]:
    """Yield the widths that people count in, from one step on: 1, 2, 5, 10, 20, 50 and so on."""
    for power in count():
        for digit in (1, 2, 5):
            yield step * digit * 10**power

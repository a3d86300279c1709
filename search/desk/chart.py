"""The month chart: geometry of its bars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from search.language.query import FacetCounts

CHART_HEIGHT, BAR_STEP, BAR_GAP = 72, 24, 4  # units of the drawing, which stretches to its place
MIN_CHARTED_MONTHS = 6  # months: a single bar as wide as the page says nothing


@dataclass(frozen=True, slots=True)
class MonthBar:
    """One month: where its bar stands, and what it says."""

    month: str
    count: int
    ticked: bool
    x: int
    y: int
    height: int
    width: int = BAR_STEP - BAR_GAP


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars from the first to the last month, half a year at least, empty months among them."""

    bars: tuple[MonthBar, ...]
    peak: MonthBar
    width: int
    height: int = CHART_HEIGHT


def chart(months: FacetCounts, ticked: tuple[str, ...] = ()) -> Chart | None:
    """Lay out the bars of all months in between, at least ``MIN_CHARTED_MONTHS``; None without any month."""
    if not months:
        return None
    counts = dict(months)
    top = max(counts.values())
    bars = tuple(
        _bar(n, month, counts.get(month, 0), top, month in ticked)
        for n, month in enumerate(_between(min(months[0][0], _before(months[-1][0])), months[-1][0]))
    )
    return Chart(bars, max(bars, key=lambda bar: bar.count), len(bars) * BAR_STEP - BAR_GAP)


def _bar(place: int, month: str, count: int, top: int, ticked: bool) -> MonthBar:
    height = max(round(CHART_HEIGHT * count / top), 1) if count else 0
    return MonthBar(month, count, ticked, place * BAR_STEP, CHART_HEIGHT - height, height)


def _before(last: str) -> str:
    year, month = map(int, last.split("-"))
    years, month = divmod(year * 12 + month - MIN_CHARTED_MONTHS, 12)
    return f"{years:04}-{month + 1:02}"


def _between(first: str, last: str) -> Iterator[str]:
    year, month = map(int, first.split("-"))
    while (name := f"{year:04}-{month:02}") <= last:
        yield name
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)

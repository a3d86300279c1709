"""Predicts the load of the moderation queue and how many cases would be late at the current pace.

The time one case takes is not recorded, only how many are decided on a working day. Lateness is therefore counted in
days: a case is late when it is decided on a later day than it is due.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from math import ceil
from typing import Any

from portal.casework.working_hours import Calendar, due

PACE_PERIOD = timedelta(days=28)  # period over which the pace is measured
GOOD_DAY_QUANTILE = 0.9  # the pace is this quantile: quiet days say nothing about capacity
ONE_DAY = timedelta(days=1)
Promise = Callable[[int], timedelta]


class Arrivals:
    """Counts cases by hour of arrival and severity; a year of hours takes little memory."""

    def __init__(self):
        self.hours: defaultdict[datetime, Counter[int]] = defaultdict(Counter)
        self.count = 0

    def add(self, at: datetime, severity: int) -> None:
        """Count a case; `at` is in the agency's time zone."""
        self.hours[at.replace(minute=0, second=0, microsecond=0)][severity] += 1
        self.count += 1

    def by_day(self, calendar: Calendar, promise: Promise) -> dict[date, Counter[date]]:
        """Return the cases by the first day on which they can be read; each day counts them by due date."""
        days: defaultdict[date, Counter[date]] = defaultdict(Counter)
        for hour, severities in self.hours.items():
            first = due(hour, timedelta(), calendar).date()
            for severity, count in severities.items():
                days[first][due(hour, promise(severity), calendar).date()] += count
        return dict(sorted(days.items()))


def good_day_pace(decided: Iterable[date]) -> int | None:
    """Return the decisions on a good day (see `GOOD_DAY_QUANTILE`); `decided` has one date for each decision."""
    counts = sorted(Counter(decided).values())
    return counts[ceil(GOOD_DAY_QUANTILE * len(counts)) - 1] if counts else None


def cases_per_day(count: int, span: timedelta, calendar: Calendar) -> float | None:
    """Return cases per working day; None for a sample shorter than one working day."""
    days = span / calendar.day
    return round(count / days, 2) if days >= 1 else None


def count_late_cases(arrivals: Arrivals, calendar: Calendar, promise: Promise, pace: int) -> int:
    """Return how many cases would be decided late, at `pace` cases per working day in order of due date."""
    waiting: list[date] = []  # due dates, as a heap
    missed, day = 0, date.min
    for coming, cases in arrivals.by_day(calendar, promise).items():
        while waiting and day < coming:
            missed, day = missed + take_days_work(waiting, day, calendar, pace), day + ONE_DAY
        day = coming
        for due_on in cases.elements():
            heappush(waiting, due_on)
    while waiting:
        missed, day = missed + take_days_work(waiting, day, calendar, pace), day + ONE_DAY
    return missed


def take_days_work(waiting: list[date], day: date, calendar: Calendar, pace: int) -> int:
    """Remove one day's cases from the heap; return how many of them were due earlier."""
    if not calendar.works_on(day):
        return 0
    return sum(heappop(waiting) < day for _case in range(min(pace, len(waiting))))


def predict_load(
    arrivals: Mapping[str, Arrivals], span: timedelta, pace: int | None, calendar: Calendar, promise: Promise
) -> dict[str, Any]:
    """Return the report's `load` figures; `span` is the working time that the sample covers."""
    figures: dict[str, Any] = {"pace": pace, "days": round(span / calendar.day, 1)}
    for suffix, each in arrivals.items():
        figures[f"per_day{suffix}"] = day = cases_per_day(each.count, span, calendar)
        figures[f"late{suffix}"] = count_late_cases(each, calendar, promise, pace) if pace and day is not None else None
    return figures

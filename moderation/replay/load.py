"""How much the queue will have to carry, and how much of it will be late at today's pace.

How long one case takes nobody knows, only how many are decided on a day on which people are at it. So days are
counted, not hours: a case is late when it is decided on a later day than was promised.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from math import ceil
from typing import Any

from portal.casework.working_hours import Calendar, due

PACE_PERIOD = timedelta(days=28)  # how far back the pace is measured
GOOD_DAY_QUANTILE = 0.9  # of ten days with decisions nine had no more: what people can do when there is enough to do
ONE_DAY = timedelta(days=1)
Promise = Callable[[int], timedelta]


class Arrivals:
    """Cases by the hour in which they came in and by their severity: a year of hours takes little memory."""

    def __init__(self):
        self.hours: defaultdict[datetime, Counter[int]] = defaultdict(Counter)
        self.count = 0

    def add(self, at: datetime, severity: int) -> None:
        """Note a case; `at` is in the agency's time zone."""
        self.hours[at.replace(minute=0, second=0, microsecond=0)][severity] += 1
        self.count += 1

    def by_day(self, calendar: Calendar, promise: Promise) -> dict[date, Counter[date]]:
        """Return for each day how many cases can first be read then, by the day on which they are due."""
        days: defaultdict[date, Counter[date]] = defaultdict(Counter)
        for hour, severities in self.hours.items():
            first = due(hour, timedelta(), calendar).date()
            for severity, count in severities.items():
                days[first][due(hour, promise(severity), calendar).date()] += count
        return dict(sorted(days.items()))


def good_day_pace(decided: Iterable[date]) -> int | None:
    """Return how many decisions a good day had, of the days on which anybody decided; None when nobody did."""
    counts = sorted(Counter(decided).values())
    return counts[ceil(GOOD_DAY_QUANTILE * len(counts)) - 1] if counts else None


def cases_per_day(count: int, span: timedelta, calendar: Calendar) -> float | None:
    """Return so many a working day; None for less than one day of work, which tells nothing."""
    days = span / calendar.day
    return round(count / days, 2) if days >= 1 else None


def count_late_cases(arrivals: Arrivals, calendar: Calendar, promise: Promise, pace: int) -> int:
    """Return how many cases would be decided on a later day than promised, soonest due first, so many a working day."""
    waiting: list[date] = []  # by when each is due
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
    """Take a day's work from those that wait; return how many of them were due before."""
    if not calendar.works_on(day):
        return 0
    return sum(heappop(waiting) < day for _case in range(min(pace, len(waiting))))


def predict_load(
    arrivals: Mapping[str, Arrivals], span: timedelta, pace: int | None, calendar: Calendar, promise: Promise
) -> dict[str, Any]:
    """Return the report's figures of the load; `span` is the working time that the sample covers."""
    figures: dict[str, Any] = {"pace": pace, "days": round(span / calendar.day, 1)}
    for suffix, each in arrivals.items():
        figures[f"per_day{suffix}"] = day = cases_per_day(each.count, span, calendar)
        figures[f"late{suffix}"] = count_late_cases(each, calendar, promise, pace) if pace and day is not None else None
    return figures

"""The moderators' working hours."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

SATURDAY = 5
NOBODY_WORKS = 366  # days: a calendar in which nobody ever works is counted around the clock


@dataclass(frozen=True, slots=True)
class Calendar:
    """When moderators work: Monday to Friday, `opens` to `closes`, but not on `days_off`."""

    opens: time = time(9)
    closes: time = time(17)
    days_off: Container[date] = frozenset()

    def works_on(self, day: date) -> bool:
        """Return whether somebody works that day."""
        return day.weekday() < SATURDAY and day not in self.days_off

    @property
    def day(self) -> timedelta:
        """Return how long a working day is; a whole one when the hours make no sense."""
        length = datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)
        return length if length > timedelta() else timedelta(days=1)


@lru_cache
def holidays_of(country: str, region: str = "") -> Container[date]:
    """Return a country's public holidays, of one region if asked; raise ValueError for a code that nobody knows."""
    if not country:
        return frozenset()
    try:
        return holidays.country_holidays(country, subdiv=region or None)
    except NotImplementedError as error:
        raise ValueError(f"We do not know the holidays of {country} {region}.".replace(" .", ".")) from error


def due(start: datetime, work: timedelta, calendar: Calendar) -> datetime:
    """Return the moment when so much working time has passed.

    `start` is in the agency's time zone, and so is the answer. Where nobody works (the day closes before it opens)
    the time is counted around the clock.
    """
    opens, closes = calendar.opens, calendar.closes
    if closes <= opens:
        return start + work
    left, moment = work, start
    for _day in range(NOBODY_WORKS):
        begin, end = (moment.replace(hour=t.hour, minute=t.minute, second=0, microsecond=0) for t in (opens, closes))
        moment = max(moment, begin)
        if calendar.works_on(moment.date()) and moment < end:
            if left <= end - moment:
                return moment + left
            left -= end - moment
        moment = (begin + timedelta(days=1)).replace(fold=0)
    return start + work


def worked(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Return how much working time lies between two moments of the agency's time zone."""
    if calendar.closes <= calendar.opens:
        return max(end - start, timedelta())
    total, moment = timedelta(), start
    while moment < end:
        begin, close = (
            moment.replace(hour=t.hour, minute=t.minute, second=0, microsecond=0)
            for t in (calendar.opens, calendar.closes)
        )
        if calendar.works_on(moment.date()):
            total += max(min(close, end) - max(moment, begin), timedelta())
        moment = (begin.replace(hour=0, minute=0) + timedelta(days=1)).replace(fold=0)
    return total

"""Working hours: when something is due, and how long it took, counted in the hours in which somebody works."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

import holidays

WEEKDAYS = frozenset(range(5))  # Monday to Friday; Monday is 0, as in date.weekday
EVERY_DAY = frozenset(range(7))
ONE_DAY = timedelta(days=1)
MAX_IDLE_DAYS = 366  # a calendar in which nobody works for longer is counted around the clock


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody works: on `weekdays` from `opens` to `closes`, but not on `days_off`.

    Hours that end before they begin mean that somebody works around the clock, every day: see `AROUND_THE_CLOCK`.
    """

    opens: time = time(9)
    closes: time = time(17)
    days_off: Container[date] = frozenset()
    weekdays: frozenset[int] = WEEKDAYS

    def works_on(self, day: date) -> bool:
        """Return whether somebody works that day."""
        return day.weekday() in self.weekdays and day not in self.days_off

    @property
    def is_around_the_clock(self) -> bool:
        """Return whether every hour of every day counts."""
        return self.closes <= self.opens

    @property
    def day(self) -> timedelta:
        """Return how long a working day is; 24 hours around the clock."""
        if self.is_around_the_clock:
            return timedelta(days=1)
        return datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)

    def shift(self, day: date, zone: tzinfo | None) -> tuple[datetime, datetime] | None:
        """Return when work begins and ends on a day, in UTC; None on a day without work."""
        if not self.works_on(day):
            return None
        # In UTC: the day on which the clocks are turned has an hour more or less. One that comes twice counts twice.
        begin = datetime.combine(day, self.opens, zone)
        end = datetime.combine(day, self.closes, zone).replace(fold=1)
        return begin.astimezone(UTC), end.astimezone(UTC)


AROUND_THE_CLOCK = Calendar(time(0), time(0), weekdays=EVERY_DAY)


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

    `start` is in the agency's time zone, and so is the answer. Where nobody works for a year the time is counted around
    the clock.
    """
    zone, now = start.tzinfo, start.astimezone(UTC)
    day, left, idle = start.date(), work, MAX_IDLE_DAYS if calendar.is_around_the_clock else 0
    while idle < MAX_IDLE_DAYS:
        shift = calendar.shift(day, zone)
        if shift and now < shift[1]:
            begin, end = max(now, shift[0]), shift[1]
            if left <= end - begin:
                return (begin + left).astimezone(zone)
            left, idle = left - (end - begin), 0
        else:
            idle += 1
        day += ONE_DAY
    return (now + work).astimezone(zone)


def worked(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Return how much working time lies between two moments of the agency's time zone."""
    zone, begin, finish = start.tzinfo, start.astimezone(UTC), end.astimezone(UTC)
    if calendar.is_around_the_clock:
        return max(finish - begin, timedelta())
    total, day, last = timedelta(), start.date(), end.astimezone(zone).date()
    while day <= last:
        if shift := calendar.shift(day, zone):
            total += max(min(shift[1], finish) - max(shift[0], begin), timedelta())
        day += ONE_DAY
    return total

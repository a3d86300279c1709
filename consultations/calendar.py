"""Days in the agency's time zone, within the range that an index and a query can hold."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from portal.agency.days import within_range


def agency_day(moment: datetime) -> date:
    """Return the day of a moment in the agency's time zone, whatever zone the reader prefers."""
    return within_range(moment.astimezone(timezone.get_default_timezone()).date())


def midnight(day: date, days_later: int = 0) -> datetime:
    """Return when a day begins in the agency's time zone, or the one that many days later."""
    shown = within_range(day) + timedelta(days=days_later)
    return datetime.combine(shown, time(), timezone.get_default_timezone())

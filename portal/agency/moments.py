"""Dates and times in words, in the agency's time zone."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.agency.days import months_later, within_range

HOUR_SECONDS = 3600
DAY_SECONDS = 24 * HOUR_SECONDS


def in_agency_time(moment):
    """Convert a moment to the agency's time zone; the time zone of the reader's account is ignored."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def agency_day(moment):
    """Return the day of a moment in the agency's time zone, within the range that an index and a query can hold."""
    return within_range(in_agency_time(moment).date())


def agency_midnight(day, days_later=0):
    """Return when a day begins in the agency's time zone, or the one that many days later."""
    shown = within_range(day) + timedelta(days=days_later)
    return datetime.combine(shown, time(), timezone.get_default_timezone())


def in_months(moment, months):
    """Return the same time of a day so many months later, in the agency's time zone."""
    here = in_agency_time(moment)
    later = months_later(here.date(), months)
    return datetime.combine(later, here.time(), timezone.get_default_timezone())


def months_in_words(months):
    """Return a number of months, such as 6 months."""
    return ngettext("%d month", "%d months", months) % months


def time_of_day(moment):
    """Return the time of day in the agency's time zone, such as 5 pm, 17:30, noon or midnight."""
    local = in_agency_time(moment)
    if local.hour in (0, 12) and local.minute == 0:
        return _("noon") if local.hour else _("midnight")
    words = date_format(local, _("g:i a")).replace(":00 ", " ").replace(".", "")
    return words.replace(" ", "\N{NO-BREAK SPACE}")


def day(moment):
    """Return the date, such as Friday 18 December; with the year unless it is this year."""
    date = in_agency_time(moment).date() if isinstance(moment, datetime) else moment
    this_year = date.year == in_agency_time(timezone.now()).year
    return date_format(date, _("l j F") if this_year else _("l j F Y"))


def last_day(end):
    """Return the last day of a period that ends at a moment: the previous day if the period ends at midnight."""
    return day(end - timedelta(microseconds=1))


def day_and_time(value):
    """Return date and time, such as Friday 18 December, 5 pm; midnight counts as the end of the previous day."""
    if is_midnight(value):
        return _("midnight at the end of %s") % last_day(value)
    return _("%(day)s, %(time)s") % {"day": day(value), "time": time_of_day(value)}


def start(value):
    """Return date and time of the beginning of a period; midnight counts as the beginning of its day."""
    if is_midnight(value):
        return _("midnight at the start of %s") % day(value)
    return day_and_time(value)


def is_midnight(moment):
    """Return whether a moment is in the first minute of a day in the agency's time zone."""
    local = in_agency_time(moment)
    return (local.hour, local.minute) == (0, 0)


def ago(value):
    """Return how long ago a moment was: in minutes, in hours, then its date."""
    # Counts from the start of the current minute, so that every process renders the same page within a minute.
    seconds = int((timezone.now().replace(second=0, microsecond=0) - value).total_seconds())
    if seconds < 60:
        return _("just now")
    if seconds < HOUR_SECONDS:
        return ngettext("%d minute ago", "%d minutes ago", seconds // 60) % (seconds // 60)
    if seconds < DAY_SECONDS:
        return ngettext("%d hour ago", "%d hours ago", seconds // HOUR_SECONDS) % (seconds // HOUR_SECONDS)
    local = in_agency_time(value)
    return date_format(local, _("j F") if local.year == in_agency_time(timezone.now()).year else _("j F Y"))


def time_zone_name():
    """Return the name of the agency's time zone, such as Canberra time."""
    zone = settings.TIME_ZONE.rsplit("/", 1)[-1].replace("_", " ")
    return zone if zone in ("UTC", "GMT") else _("%s time") % zone

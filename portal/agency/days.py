"""The range of days that tables, indices and queries can hold, and form fields that keep to it."""

from datetime import UTC, date, datetime, time

from django import forms

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2239, 12, 31)  # a day outside of this range is a typing error


def within_range(day: date) -> date:
    """Return the day, or the nearest day of the range."""
    return min(max(day, FIRST_DAY), LAST_DAY)


class DayField(forms.DateField):
    """A date field that replaces a day outside of the range by the nearest one."""

    def clean(self, value):
        day = super().clean(value)
        return day and within_range(day)


class MomentField(forms.DateTimeField):
    """A date and time field that replaces a moment outside of the range by the nearest one."""

    def clean(self, value):
        moment = super().clean(value)
        return moment and min(max(moment, _midnight(FIRST_DAY)), _midnight(LAST_DAY))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)

"""The days that tables, indices and queries can hold, and form fields that keep to them."""

from datetime import UTC, date, datetime, time

from django import forms

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2239, 12, 31)  # what lies beyond them is a typing error


def within_range(day: date) -> date:
    """Return the day, or the nearest one within the range."""
    return min(max(day, FIRST_DAY), LAST_DAY)


class DayField(forms.DateField):
    """A day within the range; one beyond it is taken for the nearest."""

    def clean(self, value):
        """Return the day, or None."""
        day = super().clean(value)
        return day and within_range(day)


class MomentField(forms.DateTimeField):
    """A moment within the range; one beyond it is taken for the nearest."""

    def clean(self, value):
        """Return the moment, or None."""
        moment = super().clean(value)
        return moment and min(max(moment, _midnight(FIRST_DAY)), _midnight(LAST_DAY))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)

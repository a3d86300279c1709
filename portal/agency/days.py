"""The range of days that tables, indices and queries can hold, and form fields that keep to it.

What is searched for is moved into the range; what would be stored is refused, for a day outside is a typing error.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time

from django import forms
from django.utils.translation import gettext_lazy as _

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2239, 12, 31)
OUT_OF_RANGE = _("This day is too far away. Choose one between 1900 and 2239.")


def within_range(day: date) -> date:
    """Return the day, or the nearest day of the range."""
    return min(max(day, FIRST_DAY), LAST_DAY)


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later; a month without it, such as 31 February, gives its own last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


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


class StoredDayField(forms.DateField):
    """A date field that refuses a day outside of the range."""

    default_error_messages = {"out_of_range": OUT_OF_RANGE}

    def validate(self, value):
        """Refuse a day that no calendar of ours holds."""
        super().validate(value)
        if value and value != within_range(value):
            raise forms.ValidationError(self.error_messages["out_of_range"], code="out_of_range")


class StoredMomentField(forms.DateTimeField):
    """A date and time field that refuses a moment outside of the range."""

    default_error_messages = {"out_of_range": OUT_OF_RANGE}

    def validate(self, value):
        """Refuse a moment that no calendar of ours holds."""
        super().validate(value)
        if value and not _midnight(FIRST_DAY) <= value < _midnight(LAST_DAY):
            raise forms.ValidationError(self.error_messages["out_of_range"], code="out_of_range")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)

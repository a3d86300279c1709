"""A field for the days of the week on which somebody works."""

from django import forms
from django.db import models
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import gettext_lazy as _


class WeekdaysFormField(forms.MultipleChoiceField):
    """Boxes for the seven days; their numbers as one string, "01234" for Monday to Friday."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = {"required": _("Tick the days on which somebody works: one at least.")}

    def __init__(self, **kwargs):
        kept = {name: kwargs[name] for name in ("label", "help_text", "required", "initial") if name in kwargs}
        super().__init__(choices=[(str(number), name) for number, name in WEEKDAY_NAMES.items()], **kept)

    def prepare_value(self, value):
        """Return the numbers of the boxes that are ticked."""
        return list(value or "")

    def clean(self, value):
        """Return the numbers as one string."""
        return "".join(sorted(super().clean(value)))

    def has_changed(self, initial, data):
        """Return whether other days are ticked than before."""
        return sorted(initial or "") != sorted(data or [])


class WeekdaysField(models.CharField):
    """Days of the week, as numbers in a string: "0" is Monday."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 7)
        kwargs.setdefault("default", "01234")
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs):
        """Offer a box for each day."""
        return super().formfield(**{"form_class": WeekdaysFormField} | kwargs)

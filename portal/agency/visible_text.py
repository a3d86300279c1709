"""Texts that staff write in the CMS: a title, a name, a notice."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.http.signs import shows_something

INVISIBLE = _("There is nothing in it that people can see. Write it in letters.")


class VisibleTextField(forms.CharField):
    """A text in which somebody can see something: an empty one is none, an invisible one is an error."""

    default_error_messages = {"invisible": INVISIBLE}

    def validate(self, value):
        """Refuse signs that draw nothing."""
        super().validate(value)
        if value and value.strip() and not shows_something(value):
            raise forms.ValidationError(self.error_messages["invisible"], code="invisible")

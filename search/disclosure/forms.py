"""What is asked of whoever makes a freedom of information pack, on the page or by the command."""

from django import forms
from django.utils.translation import gettext_lazy

from consultations.plain_text import plain_line
from consultations.submitting.forms import PlainTextField
from moderation.review.personal_data import personal_data_in


class RequestForm(forms.Form):
    """For which request, under which law: both are kept in the ledger for good."""

    request = PlainTextField(
        label=gettext_lazy("Number of the request"),
        help_text=gettext_lazy("As your agency files it, such as FOI 2026/114. No names: it is kept in the ledger."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    law = PlainTextField(
        label=gettext_lazy("Ground on which personal details are withheld"),
        help_text=gettext_lazy("Law and section. It stands at the top of the document."),
        max_length=100,
        widget=forms.TextInput,
    )

    def clean_request(self):
        """Raise ValidationError for something personal."""
        return checked_line(self.cleaned_data["request"])

    def clean_law(self):
        """Raise ValidationError for something personal."""
        return checked_line(self.cleaned_data["law"])


def checked_line(typed):
    """Return what was typed on one line; raise ValidationError for something personal: the ledger keeps it."""
    line = plain_line(typed)
    if problem := personal_data_in(line, None):
        raise forms.ValidationError(problem)
    return line

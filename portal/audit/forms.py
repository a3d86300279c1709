"""The filter form of the ledger page."""

from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.agency.days import DayField
from portal.audit.facts import split_subject
from portal.audit.models import AuditEntry
from portal.audit.reading import recorded_actions, recorded_people


class AuditForm(forms.Form):
    """Filters by action, person, day and subject; all optional."""

    action = forms.ChoiceField(label=_("What was done"), required=False)
    person = forms.TypedChoiceField(label=_("By whom"), required=False, coerce=int, empty_value=None)
    day = DayField(label=_("Day"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    about = forms.CharField(label=_("About"), required=False, max_length=200, widget=forms.HiddenInput)

    subject = ("", "")  # type and id of what a row's link asked for

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer("action", [("", _("Everything")), *((action, action) for action in recorded_actions())])
        self.offer("person", [("", _("Everybody")), *recorded_people()])

    def offer(self, name, choices):
        """Give a field its choices, asked for once."""
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean_about(self):
        """Parse a subject, as the rows of the page link to it."""
        about = self.cleaned_data["about"]
        try:
            self.subject = split_subject(about or None)
        except ValueError as error:
            raise ValidationError(_("This is no subject of an entry.")) from error
        return about

    def selected(self):
        """Return the matching entries, latest first; none while the form is invalid."""
        if not self.is_valid():
            return AuditEntry.objects.none()
        entries, asked = AuditEntry.objects.order_by("-number"), self.cleaned_data
        if asked["action"]:
            entries = entries.filter(action=asked["action"])
        if asked["person"]:
            entries = entries.filter(by=asked["person"])
        if asked["day"]:
            entries = entries.on(asked["day"])
        return entries.about(asked["about"]) if asked["about"] else entries

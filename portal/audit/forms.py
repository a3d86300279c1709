"""The filter form of the ledger page."""

from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.agency.days import DayField
from portal.audit.facts import split_subject, validate_action
from portal.audit.models import AuditEntry
from portal.audit.reading import recorded_people
from portal.audit.sentences import actions_of_kind, ledger_kinds


def ledger_day_field(label):
    """Return a field for a day of the ledger."""
    return DayField(label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class AuditForm(forms.Form):
    """Filters by kind, person, days, action and subject; all optional."""

    kind = forms.ChoiceField(label=_("What it is about"), required=False)
    person = forms.TypedChoiceField(label=_("By whom"), required=False, coerce=int, empty_value=None)
    since = ledger_day_field(_("From"))
    until = ledger_day_field(_("To, that day included"))
    action = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    about = forms.CharField(label=_("About"), required=False, max_length=200, widget=forms.HiddenInput)

    subject = ("", "")  # type and id of what a row's link asked for

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer("kind", [("", _("Everything")), *((kind.name, kind.label) for kind in ledger_kinds())])
        self.offer("person", [("", _("Everybody")), *recorded_people()])

    def offer(self, name, choices):
        """Give a field its choices, asked for once."""
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean_action(self):
        """Parse an action, as the rows of the page link to it."""
        action = self.cleaned_data["action"]
        try:
            return validate_action(action) if action else ""
        except ValueError as error:
            raise ValidationError(_("This is no action of an entry.")) from error

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
        conditions = {
            "action__in": actions_of_kind(asked["kind"]) if asked["kind"] else None,
            "action": asked["action"] or None,
            "by": asked["person"],
        }
        entries = entries.filter(**{name: value for name, value in conditions.items() if value is not None})
        entries = entries.since(asked["since"]) if asked["since"] else entries
        entries = entries.until(asked["until"]) if asked["until"] else entries
        return entries.about(asked["about"]) if asked["about"] else entries

"""What is asked for on the pages of the policy: two versions to compare, a file to take in, a verdict on a draft."""

from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from consultations.submitting.forms import PlainTextField
from moderation.policy.faults import POLICY_LISTS, faults_of
from moderation.policy.loading import PolicyError, parse_policy
from moderation.policy.toml_tables import read_toml

MAX_POLICY_FILE_BYTES = 1024 * 1024  # bytes: the starter policy has 25,000


class CompareForm(forms.Form):
    """Choose two versions of the policy."""

    a = forms.TypedChoiceField(label=_("From"), coerce=int)
    b = forms.TypedChoiceField(label=_("To"), coerce=int)

    @classmethod
    def of(cls, periods, data=None):
        """Return the form with the versions there are; the last two are chosen, as long as nobody has."""
        versions = [period.version for period in periods]
        last = versions[0].number if versions else None
        before = versions[1].number if len(versions) > 1 else last
        form = cls(data, initial={"a": before, "b": last})
        for name in ("a", "b"):
            field = cast(forms.ChoiceField, form.fields[name])
            field.choices = [(version.number, version_in_words(version)) for version in versions]
        return form

    def clean(self):
        """Refuse to compare a version with itself."""
        cleaned = super().clean() or self.cleaned_data
        if "a" in cleaned and cleaned.get("a") == cleaned.get("b"):
            raise ValidationError(_("Choose two different versions."))
        return cleaned


def version_in_words(version):
    """Return the label of a version in a list."""
    day = date_format(localtime(version.effective_from), "j F Y")
    return _("Version %(number)d, from %(day)s") % {"number": version.number, "day": day}


class ImportForm(forms.Form):
    """Uploads a policy file; an invalid one gets an error for every fault."""

    file = forms.FileField(
        label=_("Policy file"),
        help_text=_("A TOML file, as another agency exports it."),
        widget=forms.FileInput(attrs={"accept": ".toml,application/toml"}),
    )

    def clean_file(self):
        """Return the policy in the file."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_POLICY_FILE_BYTES:
            raise ValidationError(_("This file is too large to be a policy; one megabyte is the most."))
        try:
            return policy_in(upload.read().decode("utf-8-sig"), upload.name)
        except UnicodeDecodeError as error:
            raise ValidationError(_("This file is not text in UTF-8.")) from error


def policy_in(toml, name):
    """Return the policy in a file; raise ValidationError with every fault, each naming its clause or rule."""
    try:
        return parse_policy(toml, name)
    except PolicyError as error:
        raise ValidationError(faults_in_file(toml) or [str(error)]) from error
    except (AttributeError, TypeError) as error:
        raise ValidationError(_("This file is TOML, but no policy.")) from error


def faults_in_file(toml):
    """Return the faults of a policy that is valid TOML."""
    try:
        document = read_toml(toml)
        return [fault.message for fault in faults_of({name: [] for name in POLICY_LISTS} | document)]
    except (ValueError, AttributeError, TypeError):
        return []


class VerdictForm(forms.Form):
    """Approve a draft, or ask for changes and say which."""

    action = forms.ChoiceField(choices=[("approve", _("Approve")), ("reject", _("Ask for changes"))])
    comment = PlainTextField(
        label=_("Comment"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever submitted the draft reads it."),
    )

    def clean(self):
        """Require a comment when changes are requested."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("action") == "reject" and not cleaned.get("comment"):
            self.add_error("comment", _("Say what should be changed."))
        return cleaned

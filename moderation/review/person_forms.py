"""Forms about one person: whom a privacy officer looks for, and the wish to erase all of it."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.review.privacy_forms import AloneMixin, ReasonForm

WHO_LETTERS = 254


class PersonForm(ReasonForm):
    """An address or a reference, why it is asked, and whether the same browser counts."""

    who = forms.CharField(
        label=gettext_lazy("E-mail address or reference"),
        help_text=gettext_lazy("Of a text, of a response, or of a report. An account is found by its address."),
        max_length=WHO_LETTERS,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    with_browser = forms.BooleanField(
        label=gettext_lazy("Also what came from the same browser"),
        help_text=gettext_lazy(
            "A family or a library shares a browser. Tick it only if you know that it is one person’s."
        ),
        required=False,
    )
    field_order = ["who", "reason", "with_browser"]

    def clean_who(self):
        """Return what was typed; raise ValidationError for an address that is none."""
        who = self.cleaned_data["who"]
        if "@" in who:
            try:
                validate_email(who)
            except ValidationError as error:
                raise ValidationError(_("This is no e-mail address. It looks like name@example.org.")) from error
        return who

    def clean(self):
        """Raise ValidationError when the reason names the person."""
        cleaned = super().clean()
        who, reason = cleaned.get("who", "").casefold(), cleaned.get("reason", "").casefold()
        if "@" in who and who.partition("@")[0] in reason:
            self.add_error("reason", _("It names the person. This sentence is kept for good: write “the person”."))
        return cleaned


class ErasePersonForm(AloneMixin, PersonForm):
    """The wish to erase everything that the page shows; in an emergency without a second person."""

    confirm = forms.CharField(label=gettext_lazy("Type the address or the reference again"), max_length=WHO_LETTERS)
    field_order = ["who", "with_browser", "reason", "confirm", "alone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, prefix="erase", **kwargs)
        for name in ("who", "with_browser"):
            self.fields[name].widget = self.fields[name].hidden_widget()

    def clean_confirm(self):
        """Raise ValidationError unless it is the same again."""
        confirm = self.cleaned_data["confirm"]
        if confirm.strip().casefold() != self.cleaned_data.get("who", "").strip().casefold():
            raise forms.ValidationError(_("This is not what stands above."))
        return confirm

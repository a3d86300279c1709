"""The form that closes one's own account."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CloseAccountForm(forms.Form):
    """What becomes of the texts, and that it is meant."""

    KEEP, ERASE = "keep", "erase"

    texts = forms.ChoiceField(
        label=_("What becomes of what you wrote?"),
        choices=[
            (KEEP, _("It stays where it is, without my name and address")),
            (ERASE, _("I ask for it to be erased as well")),
        ],
        widget=forms.RadioSelect,
        initial=KEEP,
    )
    sure = forms.BooleanField(
        label=_("I know that this account cannot be opened again"),
        error_messages={"required": _("Tick this, and the account is closed.")},
    )

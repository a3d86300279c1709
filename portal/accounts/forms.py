"""Forms of accounts: what `portal.accounts.powers` refuses is shown, and tries to get in are counted."""

from typing import Any

from allauth.account.forms import LoginForm, SignupForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from captcha.fields import CaptchaField
from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm

from portal.accounts.models import User
from portal.accounts.powers import giver
from portal.accounts.throttle import FAILURES_OF_NETWORK, SECOND_FACTOR_TRIES
from portal.http.client_address import network_of


class PowersMixin:
    """Shows what the person who fills the form in may not give, and takes no value for it."""

    fields: dict[str, Any]
    instance: User

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        user = giver()
        if user and "is_superuser" in self.fields:
            self.fields["is_superuser"].disabled = True
            self.fields["is_superuser"].help_text = _("Only a superuser makes superusers.")
        if user and self.instance == user:
            self.fields["groups"].disabled = True
            self.fields["groups"].help_text = _("Nobody can give themselves a role. Ask a colleague.")


class StaffUserCreationForm(PowersMixin, UserCreationForm):
    """A new account."""


class StaffUserEditForm(PowersMixin, UserEditForm):
    """An account that is changed."""


class SignInForm(LoginForm):
    """Signing in with an address and a password; a network with many failures works out a puzzle with each try."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["login"].widget.attrs["autofocus"] = True
        self.fields["password"].help_text = ""  # the page itself leads to a new one
        if FAILURES_OF_NETWORK.tally(network_of(self.request)).is_over:
            self.fields["captcha"] = CaptchaField(
                label=_("A small sum, to show that you are a person"),
                error_messages={
                    "invalid": _("That was not the answer. Here is a new one."),
                    "required": _("Many wrong passwords came from your network. Work out this small sum, too."),
                },
            )


class NewAccountForm(SignupForm):
    """Making an account with an address only; whoever wants a password sets one later."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["password1"]


class PasskeyForm(AddWebAuthnForm):
    """Adding a passkey; it opens the account alone unless the person says otherwise."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("A name by which you know it")
        self.fields["passwordless"].label = _("Sign in with it alone, without password or code")
        self.fields["passwordless"].help_text = ""
        self.fields["passwordless"].initial = True


class SecondFactorForm(AuthenticateForm):
    """Giving the code of an app, or a recovery code: so many tries for an account, whatever the network."""

    def clean_code(self):
        """Count the try before the code is checked; raise ValidationError above the limit."""
        account = str(self.user.pk)
        tally = SECOND_FACTOR_TRIES.count(account)
        if tally.is_over:
            words = _("There were too many wrong codes. Try again in %d minutes.")
            raise forms.ValidationError(words % tally.minutes_left)
        code = super().clean_code()
        SECOND_FACTOR_TRIES.forget(account)
        return code

"""Forms of accounts: what `portal.accounts.powers` refuses is shown, and tries to get in are counted."""

from allauth.account.forms import LoginForm, SignupForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import GroupForm, UserCreationForm, UserEditForm

from portal.accounts.mails import CODE_USED_AGAIN, post_account_mail
from portal.accounts.models import User
from portal.accounts.powers import GROWING_ROLE_REFUSED, OWN_ADDRESS_REFUSED, giver, is_signed_in, why_not_changed
from portal.accounts.role_grants import RoleGrant, is_power, is_somebodys, powers_of
from portal.accounts.throttle import FAILURES_OF_NETWORK, SECOND_FACTOR_TRIES, USED_CODE_LETTERS, USED_CODES
from portal.encryption import decrypt_text
from portal.http.client_address import network_of
from portal.http.puzzle import PuzzleField
from portal.http.security_events import SecurityEvent, note_security_event


class PowersMixin(forms.ModelForm):
    """Shows what the person who fills the form in may not give, and takes no value for it."""

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
        elif user:
            self.fields["groups"].help_text = _("A role with powers over texts waits until a colleague confirms it.")
        if is_signed_in(self.instance):
            self.fields["email"].disabled = True
            self.fields["email"].help_text = OWN_ADDRESS_REFUSED
        self.roles_to_ask_for = []

    def clean_groups(self):
        """Set aside the roles that a second administrator has to confirm."""
        chosen = self.cleaned_data["groups"]
        if not giver() or self.instance == giver():
            return chosen
        held = set(self.instance.groups.values_list("pk", flat=True)) if self.instance.pk else set()
        self.roles_to_ask_for = [role for role in chosen if role.pk not in held and powers_of(role)]
        return [role for role in chosen if role not in self.roles_to_ask_for]

    def clean(self):
        """Refuse what `refuse_quiet_return` would refuse, in words."""
        cleaned = super().clean() or self.cleaned_data
        stored = User.objects.filter(pk=self.instance.pk).first() if giver() and self.instance.pk else None
        if stored:
            is_active = cleaned.get("is_active", stored.is_active)
            if reason := why_not_changed(stored, is_active, cleaned.get("email") or stored.email):
                raise forms.ValidationError(reason)
        return cleaned

    def save(self, commit=True):
        """Save the account, and ask for the roles that wait."""
        user = super().save(commit)
        for role in self.roles_to_ask_for:
            RoleGrant.ask(user, role, giver())
        return user


class StaffUserCreationForm(PowersMixin, UserCreationForm):
    """A new account."""


class StaffUserEditForm(PowersMixin, UserEditForm):
    """An account that is changed."""


class RoleForm(GroupForm):
    """A role, made or changed: powers over texts are added while nobody has it."""

    def clean(self):
        """Refuse further powers over texts for a role that somebody has, or is to get."""
        cleaned = super().clean()
        chosen = cleaned.get("permissions", [])
        if giver() and self.instance.pk and is_somebodys(self.instance):
            held = set(self.instance.permissions.values_list("pk", flat=True))
            if any(is_power(each) for each in chosen if each.pk not in held):
                raise forms.ValidationError(GROWING_ROLE_REFUSED)
        return cleaned


class SignInForm(LoginForm):
    """Signing in with an address and a password; a network with many failures works out a puzzle with each try."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["login"].widget.attrs["autofocus"] = True
        self.fields["password"].help_text = ""  # the page itself leads to a new one
        if FAILURES_OF_NETWORK.tally(network_of(self.request)).is_over:
            why = _("Many wrong passwords came from your network. Solve this small puzzle, too.")
            self.fields["captcha"] = PuzzleField(self.request, why=why)


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


def was_used(user, code):
    """Return whether a code that was refused is the app's present one: somebody has given it before."""
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return app is not None and validate_totp_code(decrypt_text(app.data["secret"]), code)


class CountedCodeMixin(BaseAuthenticateForm):
    """Takes the code of an app once, or a recovery code: so many tries for an account, whatever the network."""

    def clean_code(self):
        """Count the try before the code is checked; raise ValidationError above the limit."""
        account = str(self.user.pk)
        tally = SECOND_FACTOR_TRIES.count(account)
        if tally.is_over:
            words = _("There were too many wrong codes. Try again in %d minutes.")
            raise forms.ValidationError(words % tally.minutes_left)
        given = self.cleaned_data["code"]
        try:
            code = super().clean_code()
        except forms.ValidationError as error:
            if was_used(self.user, given):
                raise self.refusal_of_used_code() from error
            raise
        # allauth remembers used codes in the cache, which each process may have for itself.
        if USED_CODES.count(f"{account} {given}").is_over:
            raise self.refusal_of_used_code()
        SECOND_FACTOR_TRIES.forget(account)
        return code

    def refusal_of_used_code(self):
        """Note that a code was given twice, and return the error to raise."""
        note_security_event(SecurityEvent.CODE_REPLAYED, context.request)
        return get_adapter().validation_error("incorrect_code")


class SecondFactorForm(CountedCodeMixin, AuthenticateForm):
    """Giving a code at the sign-in."""

    def refusal_of_used_code(self):
        """Tell the account's owner, too, at most once an hour: perhaps somebody else saw the code."""
        if not USED_CODE_LETTERS.count(str(self.user.pk)).is_over:
            post_account_mail(CODE_USED_AGAIN, self.user.email, self.user)
        return super().refusal_of_used_code()


class SecondFactorAgainForm(CountedCodeMixin, ReauthenticateForm):
    """Giving a code before a change of one's own account: often so soon that the app still shows the one before."""

    def refusal_of_used_code(self):
        """Return what helps whoever signed in with this code a moment ago."""
        super().refusal_of_used_code()
        return forms.ValidationError(_("This code was used already. Wait until your app shows the next one."))

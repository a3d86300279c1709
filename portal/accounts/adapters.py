"""What django-allauth asks us: how mails are sent, how many tries there are, where people go, how secrets are kept."""

import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.ledger import record_sign_in_failure
from portal.accounts.mails import CODE_SUBJECTS, post_account_mail
from portal.accounts.models import User
from portal.accounts.powers import may_enter_staff_area
from portal.accounts.throttle import CODES_FOR_ADDRESS, FAILURES_OF_NETWORK, PASSWORDS_FOR_ADDRESS
from portal.accounts.weak_password import has_weak_password, note_weak_password
from portal.agency.branding import branding
from portal.encryption import decrypt_text, encrypt_text
from portal.http.client_address import network_address, network_of
from portal.http.security_events import SecurityEvent, note_security_event


class AccountAdapter(DefaultAccountAdapter):
    """Signs people in by the rules of this site."""

    def send_mail(self, template_prefix, email, context):
        """Put a mail into the outbox; of codes, only so many an hour go to one address."""
        user = context.get("user") or User.objects.filter(email__iexact=email).first()
        if user is None or (template_prefix in CODE_SUBJECTS and CODES_FOR_ADDRESS.count(email.lower()).is_over):
            return
        post_account_mail(template_prefix, email, user, code=context.get("code", ""))

    def authenticate(self, request, **credentials):
        """Return the user of an address and a password, or None; raise ValidationError above the limit of tries.

        The try is counted before the password is checked, so that tries at the same moment are all counted.
        """
        address = credentials.get("email", "").strip().lower()
        tally = PASSWORDS_FOR_ADDRESS.count(address)
        if tally.is_over:
            note_security_event(SecurityEvent.SIGN_IN_FAILED, request)
            record_sign_in_failure(address)
            raise ValidationError(too_many_words(tally), code="too_many_login_attempts")
        if user := authenticate(request, **credentials):
            PASSWORDS_FOR_ADDRESS.forget(address)
            note_weak_password(request, user, credentials.get("password", ""))
            return user
        FAILURES_OF_NETWORK.count(network_of(request))
        note_security_event(SecurityEvent.SIGN_IN_FAILED, request)
        record_sign_in_failure(address)
        return None

    def pre_login(self, request, user, *, email, **told):
        """Confirm the address of an account that a colleague made: its owner has just typed in what was sent there."""
        records = get_authentication_records(request, user)
        came_by_code = records and records[-1]["method"] == "code" and records[-1].get("email") == email
        if came_by_code and email.lower() == user.email.lower():
            confirmed = {"verified": True, "primary": True}
            EmailAddress.objects.get_or_create(user=user, email=user.email.lower(), defaults=confirmed)
        return super().pre_login(request, user, email=email, **told)

    def is_reauthentication_required(self, *, app, **further):
        """Return whether a change of the account asks who it is again: not right after signing in."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **further)

    def get_client_ip(self, request):
        """Return the address that the request came from."""
        return network_address(request)

    def get_login_redirect_url(self, request):
        """Return where people go after signing in: staff to their desk, others to their account."""
        if has_weak_password(request):
            return reverse("account_change_password")
        return reverse("wagtailadmin_home" if may_enter_staff_area(request.user) else "account")

    def get_signup_redirect_url(self, request):
        """Return where people go who have made an account."""
        return reverse("account")


def too_many_words(tally):
    """Return what is said to somebody who has tried too many passwords."""
    return (
        _("There were too many wrong passwords for this address. Have a code sent to you, or try again in %d minutes.")
        % tally.minutes_left
    )


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted."""

    def encrypt(self, text):
        """Return a secret as it is stored."""
        return encrypt_text(text)

    def decrypt(self, encrypted_text):
        """Return a stored secret."""
        return decrypt_text(encrypted_text)

    def _get_site_name(self):
        return branding()["name"]

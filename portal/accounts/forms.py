"""Forms of accounts in the staff area: what `portal.accounts.powers` refuses is shown; signing in leaves a trace."""

from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm
from wagtail.users.forms import UserCreationForm, UserEditForm

from portal.accounts.models import User
from portal.accounts.powers import giver
from portal.audit import record

FAILED_ENTRY_SECONDS = 60  # one entry a minute for each account, or a guesser would fill the ledger


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


class StaffLoginForm(LoginForm):
    """Signing in to the staff area: each time leaves an entry in the ledger, with the account's number only."""

    def clean(self):
        """Check name and password, and record how it went."""
        try:
            cleaned = super().clean()
        except Exception:
            self.record_failure()
            raise
        if user := self.get_user():
            with transaction.atomic():
                record("account.signed_in", actor=user, subject=user)
        return cleaned

    def record_failure(self):
        """Record that somebody could not sign in; an address that nobody has is not written down."""
        account = User.objects.filter(email__iexact=self.cleaned_data.get("username", "")).first()
        if cache.add(f"sign-in-failed:{account.pk if account else ''}", True, FAILED_ENTRY_SECONDS):
            with transaction.atomic():
                record("account.sign_in_failed", subject=account)

"""Make a superuser, which only the server's command line does, and record it."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.db import transaction

from portal.accounts.models import User
from portal.audit import record


class Command(createsuperuser.Command):
    """Django's command, with an entry in the ledger."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Make the superuser, then record it: no lock is held while somebody types."""
        known = set(User.objects.filter(is_superuser=True).values_list("pk", flat=True))
        told = super().handle(*args, **options)
        with transaction.atomic():
            for user in User.objects.filter(is_superuser=True).exclude(pk__in=known):
                record("account.superuser_made", subject=user)
        return told

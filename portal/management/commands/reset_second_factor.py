"""Take off all second factors of an account whose owner has lost them."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.accounts.mails import SECOND_FACTORS_RESET, post_account_mail
from portal.accounts.models import User
from portal.audit import record


class Command(BaseCommand):
    """Take the second factors off, end the sessions, tell the owner and record it."""

    help = __doc__

    def add_arguments(self, parser):
        """Declare the account's address."""
        parser.add_argument("address")

    def handle(self, *, address, **options):
        """Do it in one transaction; raise CommandError for an address without an account."""
        user = User.objects.filter(email__iexact=address).first()
        if user is None:
            raise CommandError(f"No account has the address {address}.")
        with transaction.atomic():
            number, _kinds = Authenticator.objects.filter(user=user).delete()
            for session in UserSession.objects.filter(user=user):
                session.end()
            post_account_mail(SECOND_FACTORS_RESET, user.email, user)
            record("account.second_factors_reset", subject=user, number=number)
        self.stdout.write(f"Took {number} second factors off. {user} sets up a new one at the next sign-in.")

"""Give somebody a role from the server's command line, where no second administrator is there to confirm it."""

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.accounts.models import User
from portal.audit import record


class Command(BaseCommand):
    """Give the role and record it."""

    help = __doc__

    def add_arguments(self, parser):
        """Declare the account's address and the role's name."""
        parser.add_argument("address")
        parser.add_argument("role")

    def handle(self, *, address, role, **options):
        """Do it in one transaction; raise CommandError for an unknown address or role."""
        user = User.objects.filter(email__iexact=address).first()
        if user is None:
            raise CommandError(f"No account has the address {address}.")
        group = Group.objects.filter(name=role).first()
        if group is None:
            names = ", ".join(Group.objects.order_by("name").values_list("name", flat=True))
            raise CommandError(f"There is no role {role!r}. There are: {names}.")
        with transaction.atomic():
            user.groups.add(group)
            record("role.given_by_command", subject=user, roles=[group.name])
        self.stdout.write(f"{user} has the role {group.name} now.")

"""Publish where the audit ledger ended yesterday."""

from django.core.management.base import BaseCommand

from portal.audit.roots import publish_roots, root_line
from portal.models import AuditRoot


class Command(BaseCommand):
    """Publish yesterday's root and those of missed days, and print each in a line to be mailed outside."""

    help = "Publish the audit ledger's root of yesterday, and of days that were missed; prints a line for each."

    def handle(self, **options):
        """Publish; with nothing new, print the latest again, in case its message was lost."""
        roots = publish_roots() or AuditRoot.objects.published()[:1]
        for root in roots:
            self.stdout.write(root_line(root))
        if not roots:
            self.stderr.write("Nothing has been written in the audit ledger up to yesterday.")

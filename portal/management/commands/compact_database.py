"""Rewrite the database's files without what was deleted; nothing else may use the site's tables meanwhile."""

from django.core.management.base import BaseCommand
from django.db import connection

from portal.privacy.erasing import empty_log


class Command(BaseCommand):
    """Compact the database: after an erasure on PostgreSQL, or once after secure_delete came to SQLite."""

    help = __doc__

    def handle(self, **options):
        """Write every table anew: old versions of rows stay in PostgreSQL's files until their place is needed."""
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            if connection.vendor == "postgresql":
                # FULL alone keeps what a transaction might still see that runs in any database of the server.
                cursor.execute("VACUUM FULL")
        empty_log(connection)
        self.stdout.write("Done. Copies made earlier, such as back-ups and archived logs, still hold what was deleted.")

"""Write to the authors, and to the readers who reported a text, who left an address."""

from django.core.management.base import BaseCommand, CommandError

from consultations.notifications import MailUnavailable, tell_authors
from portal.jobs import worker

PAUSE = 10.0  # seconds


class Command(BaseCommand):
    """Send the letters that are owed: that we have a text, what was decided about it and why, what came of a report."""

    help = __doc__

    def add_arguments(self, parser):
        """Take --watch."""
        parser.add_argument("--watch", action="store_true", help="go on until the process is told to stop (SIGTERM)")

    def handle(self, *, watch, **options):
        """Send them once, or for as long as the process lives."""
        if watch:
            worker.watch(tell_authors, every=PAUSE, retry=MailUnavailable, say=self.stdout.write)
            return
        try:
            self.stdout.write(f"{tell_authors()} letters sent.")
        except MailUnavailable as error:
            raise CommandError(str(error)) from error

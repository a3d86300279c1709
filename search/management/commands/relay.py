"""Relay lagging rows to the indices, once or until stopped."""

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from consultations.models import Submission
from portal.jobs import worker
from search.index.relay import relay_batch
from search.language.query import SearchUnavailable

RELAY_INTERVAL_SECONDS = 1.0  # seconds


class Command(BaseCommand):
    """Send changed submissions to the indices."""

    help = "Send changed submissions to the search index."

    def add_arguments(self, parser):
        """Add --watch."""
        parser.add_argument("--watch", action="store_true", help="go on until the process is told to stop (SIGTERM)")

    def handle(self, *, watch, verbosity, **options):
        """Relay all lagging rows; with --watch, continue until SIGTERM."""
        if watch:
            worker.watch(self.everything, every=RELAY_INTERVAL_SECONDS, retry=SearchUnavailable, say=self.say)
            return
        try:
            sent = self.everything(quiet=not verbosity)
        except SearchUnavailable as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(f"{sent:,} sent; the index is up to date.")

    def everything(self, *, quiet=True):
        """Relay until nothing lags; return the number of rows sent."""
        sent = 0
        total = Submission.objects.lagging().count()
        with tqdm(total=total, unit=" submissions", disable=quiet or None) as progress:
            while count := relay_batch():
                sent += count
                progress.update(count)
        return sent

    def say(self, line):
        """Print a line and flush, for the log."""
        self.stdout.write(line)
        self.stdout.flush()

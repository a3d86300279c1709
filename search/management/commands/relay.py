"""Bring the index up to date, once or for as long as the process lives."""

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from consultations.models import Submission
from portal.jobs import worker
from search.index.relay import relay_batch
from search.language.query import SearchUnavailable

PAUSE = 1.0  # seconds


class Command(BaseCommand):
    """Send to the index what changed."""

    help = "Send changed submissions to the search index."

    def add_arguments(self, parser):
        """Take --watch."""
        parser.add_argument("--watch", action="store_true", help="go on until the process is told to stop (SIGTERM)")

    def handle(self, *, watch, verbosity, **options):
        """Relay everything that lags; then wait for more if asked to."""
        if watch:
            worker.watch(self.everything, every=PAUSE, retry=SearchUnavailable, say=self.say)
            return
        try:
            sent = self.everything(quiet=not verbosity)
        except SearchUnavailable as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(f"{sent:,} sent; the index is up to date.")

    def everything(self, *, quiet=True):
        """Relay until nothing lags; return how many rows were sent."""
        sent = 0
        total = Submission.objects.lagging().count()
        with tqdm(total=total, unit=" submissions", disable=quiet or None) as progress:
            while count := relay_batch():
                sent += count
                progress.update(count)
        return sent

    def say(self, line):
        """Print a line at once, for the log."""
        self.stdout.write(line)
        self.stdout.flush()

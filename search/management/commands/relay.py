"""Bring the index up to date, once or for as long as the process lives."""

import signal
from threading import Event

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from tqdm import tqdm

from consultations.models import Submission
from search.engines import engine
from search.query import SearchUnavailable
from search.relay import relay

PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds


class Command(BaseCommand):
    """Send to the index what changed."""

    help = "Send changed submissions to the search index."

    def add_arguments(self, parser):
        """Take --watch."""
        parser.add_argument("--watch", action="store_true", help="go on until the process is told to stop (SIGTERM)")

    def handle(self, *, watch, verbosity, **options):
        """Relay everything that lags; then wait for more if asked to."""
        if watch:
            self.watch()
            return
        try:
            sent = self.everything(quiet=not verbosity)
        except SearchUnavailable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{sent:,} sent; the index is up to date.")

    def everything(self, *, quiet=True):
        """Relay until nothing lags; return how many rows were sent."""
        index, sent = engine(), 0
        total = Submission.objects.lagging().count()
        with tqdm(total=total, unit=" submissions", disable=quiet or None) as progress:
            while count := relay(index):
                sent += count
                progress.update(count)
        return sent

    def watch(self):
        """Relay what comes until SIGTERM or SIGINT; wait longer while the index cannot be reached."""
        stop, pause = Event(), PAUSE
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_args: stop.set())
        self.stdout.write("Watching for changes.")
        self.stdout.flush()
        while not stop.wait(pause):
            close_old_connections()
            try:
                self.everything()
                pause = PAUSE
            except SearchUnavailable as error:
                pause = min(pause * 2, LONGEST_PAUSE)
                self.stderr.write(f"{error} Next try in {pause:.0f} s.")

"""Run the replays that wait."""

from django.core.management.base import BaseCommand
from tqdm import tqdm

from moderation.replay.job import run_replays
from portal.jobs import worker

POLL_SECONDS = 2.0  # seconds


class Command(BaseCommand):
    """Try drafts on the texts of the past, as asked for in the staff area."""

    help = "Run the replays that were asked for in the staff area, oldest first."

    def add_arguments(self, parser):
        """Take --watch."""
        parser.add_argument("--watch", action="store_true", help="go on until the process is told to stop (SIGTERM)")

    def handle(self, *, watch, **options):
        """Run them once, or for as long as the process lives."""
        if watch:
            worker.watch(run_replays, every=POLL_SECONDS, say=self.say)
            return
        with tqdm(unit=" texts", disable=None, file=self.stderr) as self.bar:
            count = run_replays(self.show)
        self.say(f"{count} replays run.")

    def show(self, replay):
        """Move the bar to where a replay is."""
        self.bar.set_description(str(replay))
        self.bar.total, self.bar.n = replay.total, replay.done
        self.bar.refresh()

    def say(self, line):
        """Print a line at once, for the log."""
        self.stdout.write(line)
        self.stdout.flush()

"""Screen what was taken in while screening was broken."""

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from consultations.models import Status
from moderation.screening.screen import sweep, unscreened
from portal.jobs import worker


class Command(BaseCommand):
    """Screen every submission that is still `received`; fail when some stay so."""

    help = "Screen the submissions that nobody has screened yet, and say how many were settled."

    def add_arguments(self, parser):
        """Take the switches."""
        parser.add_argument("--watch", action="store_true", help="look again and again until told to stop (SIGTERM)")
        parser.add_argument("--every", type=float, default=30, metavar="SECONDS", help="how long --watch rests")

    def handle(self, *, watch, every, **_options):
        """Sweep once, or until SIGTERM."""
        if watch:
            worker.watch(self.sweep_if_due, every=every, say=self.say)
        elif left := self.sweep():
            raise CommandError(f"{left} could not be screened and stay unseen; the log says why.")

    def say(self, line):
        """Print a line at once, for the log."""
        self.stdout.write(line)
        self.stdout.flush()

    def sweep_if_due(self):
        """Sweep when there is something to screen."""
        if unscreened().exists():
            self.sweep()

    def sweep(self):
        """Screen them all, tell how it went, and return how many are left."""
        counts = dict.fromkeys((Status.PUBLISHED, Status.HELD, Status.RECEIVED), 0)
        for submission in tqdm(sweep(), total=unscreened().count(), disable=None, unit="text", file=self.stderr):
            counts[submission.status] += 1
        done = counts[Status.PUBLISHED] + counts[Status.HELD]
        self.stdout.write(f"Screened {done}: {counts[Status.PUBLISHED]} published, {counts[Status.HELD]} held.")
        return counts[Status.RECEIVED]

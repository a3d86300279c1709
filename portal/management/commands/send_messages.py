"""Send the messages of the outbox that are due."""

from django.core.management.base import BaseCommand, CommandError

from portal.jobs import worker
from portal.outbox.models import TransportPause
from portal.outbox.sending import send_due

SENDING_PAUSE_SECONDS = 2.0


class Command(BaseCommand):
    """Send what is due, once or for as long as the process lives."""

    help = __doc__

    def add_arguments(self, parser):
        """Take --watch."""
        parser.add_argument("--watch", action="store_true", help="go on until the process is told to stop (SIGTERM)")

    def handle(self, *, watch, **options):
        """Send it; end with 1 when a server is away."""
        if watch:
            worker.watch(send_due, every=SENDING_PAUSE_SECONDS, say=self.stdout.write)
            return
        self.stdout.write(f"{send_due()} messages sent.")
        if pauses := TransportPause.objects.all():
            raise CommandError(" ".join(f"{pause.problem} Next try at {pause.until:%H:%M:%S %Z}." for pause in pauses))

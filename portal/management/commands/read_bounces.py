"""Note the messages that came back, and pass their addresses over from now on."""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.outbox.bounces import bounces_in, note_bounce, read_mailbox


class Command(BaseCommand):
    """Read the mailbox of BOUNCE_MAILBOX_URL, or one mail from standard input."""

    help = __doc__

    def add_arguments(self, parser):
        """Take --stdin."""
        parser.add_argument("--stdin", action="store_true", help="read one mail, as a mail server hands it on")

    def handle(self, *, stdin, **options):
        """Note them and say how many."""
        if stdin:
            noted = sum(note_bounce(bounce) for bounce in bounces_in(sys.stdin.buffer.read()))
        elif settings.BOUNCE_MAILBOX_URL:
            noted = read_mailbox(settings.BOUNCE_MAILBOX_URL)
        else:
            raise CommandError("Set BOUNCE_MAILBOX_URL, or hand one mail over with --stdin.")
        self.stdout.write(f"{noted} bounces noted.")

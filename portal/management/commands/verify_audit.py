"""Verify the audit ledger."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from portal.audit.faults import LedgerFault
from portal.audit.roots import find_root_lines
from portal.audit.verification import verify_ledger
from portal.models import AuditEntry

FAULTS_SHOWN = 20


class Command(BaseCommand):
    """Read the whole ledger and print its faults; exit with 1 on any."""

    help = "Find changed, removed, moved or inserted entries of the audit ledger; exit code 1 if there are any."

    def add_arguments(self, parser):
        """Add --since and --roots."""
        parser.add_argument("--since", type=int, metavar="NUMBER", help="begin with this entry")
        parser.add_argument(
            "--roots",
            metavar="FILE",
            help="compare with the roots kept in a file, such as a mailbox (-: standard input)",
        )

    def handle(self, *, since, roots, verbosity, **options):
        """Verify with a progress bar, then print the result."""
        pinned = self.read_roots(roots) if roots else []
        total = AuditEntry.objects.filter(number__gte=since or 1).count()
        self.read, self.faults = 0, 0
        shown: list[LedgerFault] = []
        with tqdm(total=total, unit=" entries", disable=not verbosity or None) as self.progress:
            for fault in verify_ledger(since, pinned=pinned, advance=self.advance):
                self.faults += 1
                shown += [fault] if len(shown) < FAULTS_SHOWN else []
        self.conclude(shown)

    def advance(self, count):
        """Move the progress bar by a number of entries."""
        self.read += count
        self.progress.update(count)

    def read_roots(self, name):
        """Return the roots in a file; fail with exit code 2 if there are none."""
        try:
            text = sys.stdin.read() if name == "-" else Path(name).read_text(errors="replace")
        except OSError as error:
            raise CommandError(str(error), returncode=2) from error
        if not (pinned := find_root_lines(text)):
            raise CommandError(f"There is no root of this site in {name}.", returncode=2)
        return pinned

    def conclude(self, shown):
        """Print the faults; fail with exit code 1 if there are any."""
        for fault in shown:
            self.stdout.write(str(fault))
        if self.faults > len(shown):
            self.stdout.write(f"And {self.faults - len(shown):,} more.")
        if self.faults >= self.read > 0:
            self.stdout.write("Nothing fits: is SECRET_KEY another one, and the old one not in SECRET_KEY_FALLBACKS?")
        if self.faults:
            raise CommandError(f"The audit ledger has faults: {self.faults:,} in {self.read:,} entries.", returncode=1)
        self.stdout.write(f"{self.read:,} entries, all in place.")

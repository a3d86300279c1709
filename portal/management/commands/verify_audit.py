"""Prove that the audit ledger is as it was written."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from portal.audit.faults import Fault
from portal.audit.roots import kept_in
from portal.audit.verification import verify
from portal.models import AuditEntry

SHOWN = 20


class Command(BaseCommand):
    """Read the whole ledger and say what does not fit; end with 1 if anything does not."""

    help = "Find changed, removed, moved or inserted entries of the audit ledger; exit code 1 if there are any."

    def add_arguments(self, parser):
        """Take --since and --roots."""
        parser.add_argument("--since", type=int, metavar="NUMBER", help="begin with this entry")
        parser.add_argument(
            "--roots",
            metavar="FILE",
            help="compare with the roots kept in a file, such as a mailbox (-: standard input)",
        )

    def handle(self, *, since, roots, verbosity, **options):
        """Verify, showing how far it is, and conclude."""
        kept = self.kept(roots) if roots else []
        total = AuditEntry.objects.filter(number__gte=since or 1).count()
        self.read, self.faults = 0, 0
        shown: list[Fault] = []
        with tqdm(total=total, unit=" entries", disable=not verbosity or None) as self.progress:
            for fault in verify(since, kept=kept, advance=self.advance):
                self.faults += 1
                shown += [fault] if len(shown) < SHOWN else []
        self.conclude(shown)

    def advance(self, count):
        """Note that so many entries more were read."""
        self.read += count
        self.progress.update(count)

    def kept(self, name):
        """Return the roots in a file; it is a mistake to give one without any."""
        try:
            text = sys.stdin.read() if name == "-" else Path(name).read_text(errors="replace")
        except OSError as error:
            raise CommandError(str(error), returncode=2) from error
        if not (kept := kept_in(text)):
            raise CommandError(f"There is no root of this site in {name}.", returncode=2)
        return kept

    def conclude(self, shown):
        """Say what was found, and end with 1 if that is anything."""
        for fault in shown:
            self.stdout.write(str(fault))
        if self.faults > len(shown):
            self.stdout.write(f"And {self.faults - len(shown):,} more.")
        if self.faults >= self.read > 0:
            self.stdout.write("Nothing fits: is SECRET_KEY another one, and the old one not in SECRET_KEY_FALLBACKS?")
        if self.faults:
            raise CommandError(f"The audit ledger has faults: {self.faults:,} in {self.read:,} entries.", returncode=1)
        self.stdout.write(f"{self.read:,} entries, all in place.")

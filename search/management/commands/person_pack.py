"""Write everything that the site holds about one person into one file."""

from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import transaction

from portal.audit import record, text_digest
from portal.privacy.pack import dossier_of, pack_file


class Command(BaseCommand):
    """Write a ZIP with all rows as JSON, and an extract for the person."""

    help = __doc__

    def add_arguments(self, parser):
        """Take whom, why and where."""
        parser.add_argument("who", help="an address, or the reference of a text, a response or a report")
        parser.add_argument("--reason", required=True, help="kept in the ledger for good: no names in it")
        parser.add_argument("--output", type=Path, default=Path("person-pack.zip"))
        parser.add_argument("--with-browser", action="store_true", help="what the same browser sent counts, too")

    def handle(self, *, who, reason, output, with_browser, **options):
        """Write the file, readable by its owner only, and note it in the ledger."""
        dossier = dossier_of(who, with_browser=with_browser)
        output.touch(mode=0o600)
        output.write_bytes(pack_file(dossier))
        with transaction.atomic():
            record("person.packed", reason=reason, who=text_digest(dossier.person.about), counts=dossier.counts)
        for label, count in dossier.counts.items():
            self.stdout.write(f"{count:6} {label}")
        self.stdout.write(f"Written to {output}.")

"""Take in responses that were collected elsewhere."""

import sys
from itertools import islice
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from consultations.intake.importer import Arrival, Importer, MappingError, load_mapping, read_rows
from consultations.models import ConsultationPage
from moderation.review.imported_decisions import Tally, apply_verdict

BATCH = 100  # rows in one transaction: citizens who write meanwhile wait a fraction of a second
SHOWN = 50  # errors printed


class Command(BaseCommand):
    """Import a CSV of submissions; a row that is here already is left alone, so running it again is safe."""

    help = __doc__

    def add_arguments(self, parser):
        """Declare the file, where it goes and how it is read."""
        parser.add_argument("file", type=Path, help="a CSV in UTF-8 with headings in its first row")
        parser.add_argument("--consultation", required=True, help="the consultation's slug")
        parser.add_argument("--mapping", required=True, help="polis, spreadsheet, or the path of a mapping of your own")
        parser.add_argument("--dry-run", action="store_true", help="do everything but keep nothing")
        parser.add_argument(
            "--apply-verdicts", action="store_true", help="decide as the source had decided (marked imported)"
        )

    def handle(self, *, file, consultation, mapping, dry_run, apply_verdicts, **options):
        """Run the import and print its summary; exit code 1 when a row had errors."""
        self.dry_run, self.apply_verdicts, self.tally = dry_run, apply_verdicts, Tally()
        try:
            importer = Importer(file, consultation=self.find(consultation), mapping=load_mapping(mapping))
            self.run(importer, total=sum(1 for _row in read_rows(file)))
        except (MappingError, OSError) as error:
            raise CommandError(str(error)) from error
        self.report()

    def find(self, slug):
        """Return the consultation, or say which there are."""
        try:
            return ConsultationPage.objects.get(slug=slug)
        except ConsultationPage.DoesNotExist as error:
            slugs = ", ".join(ConsultationPage.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no consultation {slug}. Consultations: {slugs}.") from error

    def run(self, importer, total):
        """Take the rows in, batch by batch."""
        arrivals = importer.arrivals()
        with tqdm(total=total, unit=" rows", disable=None) as bar:
            while batch := list(islice(arrivals, BATCH)):
                with transaction.atomic():
                    for arrival in batch:
                        self.take_in(importer, arrival)
                    transaction.set_rollback(self.dry_run)
                bar.update(len(batch))

    def take_in(self, importer, arrival):
        """Take one row in, or note its error."""
        if not isinstance(arrival, Arrival):
            self.tally.errors.append(arrival)
            return
        submission = importer.take_in(arrival)
        if submission is None:
            self.tally.already += 1
            return
        self.tally.add(submission)
        if self.apply_verdicts:
            self.tally.applied += apply_verdict(submission)

    def report(self):
        """Print the summary, and the errors with their rows."""
        for line in self.tally.lines():
            self.stdout.write(line)
        if self.dry_run:
            self.stdout.write("A dry run: nothing was kept.")
        for row, message in self.tally.errors[:SHOWN]:
            self.stderr.write(f"Row {row}: {message}.")
        if len(self.tally.errors) > SHOWN:
            self.stderr.write(f"… and {len(self.tally.errors) - SHOWN} more.")
        if self.tally.errors:
            sys.exit(1)

"""Take in responses that were collected elsewhere."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from consultations.intake.importer import MappingError, mapping_document, read_mapping
from consultations.models import ConsultationPage, SubmissionImport
from moderation.review.import_job import IMPORT_JOBS
from moderation.review.imported_decisions import ImportTally
from portal.jobs.runner import run_here

ERRORS_PRINTED = 50


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
        """Run the import in this process and print its summary; exit code 1 when a row had errors."""
        page = self.find(consultation)
        try:
            document = mapping_document(mapping)
            read_mapping(document)
            content = file.read_bytes()
        except (MappingError, OSError) as error:
            raise CommandError(str(error)) from error
        with tqdm(unit=" rows", disable=None) as self.bar:
            job = run_here(
                IMPORT_JOBS,
                self.show,
                consultation=page,
                file_name=file.name,
                content=content,
                mapping=document,
                dry_run=dry_run,
                apply_verdicts=apply_verdicts,
            )
        if job.state == SubmissionImport.State.FAILED:
            raise CommandError(job.problem)
        self.report(job)

    def find(self, slug):
        """Return the consultation, or say which there are."""
        try:
            return ConsultationPage.objects.get(slug=slug)
        except ConsultationPage.DoesNotExist as error:
            slugs = ", ".join(ConsultationPage.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no consultation {slug}. Consultations: {slugs}.") from error

    def show(self, job):
        """Move the bar to where the import is."""
        self.bar.total, self.bar.n = job.total, job.done
        self.bar.refresh()

    def report(self, job):
        """Print the summary, and the errors with their rows."""
        tally = ImportTally.from_dict(job.result)
        for line in tally.lines():
            self.stdout.write(line)
        if job.dry_run:
            self.stdout.write("A dry run: nothing was kept.")
        for row, message in tally.errors[:ERRORS_PRINTED]:
            self.stderr.write(f"Row {row}: {message}.")
        if tally.error_count > ERRORS_PRINTED:
            self.stderr.write(f"… and {tally.error_count - ERRORS_PRINTED} more.")
        if job.state == SubmissionImport.State.CANCELLED:
            raise CommandError(f"Stopped after {job.done} of {job.total} rows; what was taken in is kept.")
        if tally.error_count:
            sys.exit(1)

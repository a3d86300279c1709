"""Take in responses that were collected elsewhere."""

import sys
from datetime import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import date_format
from django.utils.timezone import localtime
from tqdm import tqdm

from consultations.intake.mapping import mapping_document, read_mapping
from consultations.intake.problems import MappingError
from consultations.models import Channel, ConsultationPage, SubmissionImport
from moderation.review.import_job import IMPORT_JOBS
from moderation.review.import_tally import ImportTally
from portal.csv_cells import SheetWriter
from portal.jobs.runner import run_here

ERRORS_PRINTED = 50


class Command(BaseCommand):
    """Import a file of submissions; a row that is here already is left alone, so running it again is safe."""

    help = __doc__

    def add_arguments(self, parser):
        """Declare the file, where it goes and how it is read."""
        parser.add_argument("file", type=Path, help="CSV, XLSX, XLS, ODS, JSON or JSON Lines, with headings or names")
        parser.add_argument("--consultation", required=True, help="the consultation's slug")
        parser.add_argument("--mapping", required=True, help="polis, spreadsheet, or the path of a mapping of your own")
        parser.add_argument(
            "--dry-run", action="store_true", help="do everything but keep nothing, and show three rows"
        )
        parser.add_argument(
            "--publish", action="store_true", help="the authors agreed to be published; without it nothing is public"
        )
        parser.add_argument("--skip-errors", action="store_true", help="take the rows without errors in all the same")
        parser.add_argument("--errors", type=Path, metavar="CSV", help="write the rows with errors to this file")
        parser.add_argument(
            "--apply-verdicts", action="store_true", help="decide as the source had decided; refused stays so anyway"
        )
        for name, meaning in (
            ("encoding", "cp1252"),
            ("delimiter", "; or tab"),
            ("sheet", "a sheet, or a list in JSON"),
        ):
            parser.add_argument(f"--{name}", default="", help=f"when it is not found by itself: {meaning}")

    def handle(self, *, file, consultation, mapping, errors, **options):
        """Run the import in this process and print its summary; exit code 1 when a row had errors."""
        page = self.find(consultation)
        try:
            document = mapping_document(mapping)
            document |= {name: options[name] for name in ("encoding", "delimiter", "sheet") if options[name]}
            read_mapping(document)
            content = file.read_bytes()
        except (MappingError, OSError) as error:
            raise CommandError(str(error)) from error
        asked = {name: options[name] for name in ("dry_run", "publish", "skip_errors", "apply_verdicts")}
        with tqdm(unit=" rows", disable=None) as self.bar:
            made = {"consultation": page, "file_name": file.name, "content": content, "mapping": document}
            job = run_here(IMPORT_JOBS, self.show, **made, **asked)
        if errors:
            self.write_errors(job, errors)
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
        self.bar.set_description("Taking in" if job.total else "Looking at every row", refresh=False)
        self.bar.total, self.bar.n = job.total, job.done
        self.bar.refresh()

    def write_errors(self, job, path):
        """Write the number and the error of each row that cannot be taken in."""
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            writer = SheetWriter(file)
            writer.writerow(["Row", "Error"])
            writer.writerows(job.errors)

    def report(self, job):
        """Print how the file was read, the summary and the errors with their rows; raise or exit when it went wrong."""
        tally = ImportTally.from_dict(job.result)
        self.print_file(tally)
        if job.state == SubmissionImport.State.FAILED:
            for line in tally.oddities():
                self.stdout.write(line)
        else:
            self.print_result(job, tally)
        row_name = tally.file.get("row_name", "Row")
        for row, message in job.errors[:ERRORS_PRINTED]:
            self.stderr.write(f"{row_name} {row}: {message}.")
        if len(job.errors) > ERRORS_PRINTED:
            self.stderr.write(f"… and {len(job.errors) - ERRORS_PRINTED} more; --errors FILE writes all of them.")
        if job.state == SubmissionImport.State.FAILED:
            advice = " Put them right, or take the others in with --skip-errors." if job.errors else ""
            raise CommandError(job.problem + advice)
        if job.state == SubmissionImport.State.CANCELLED:
            raise CommandError(f"Stopped after {job.done} of {job.total} rows; what was taken in is kept.")
        if job.errors:
            sys.exit(1)

    def print_file(self, tally):
        """Print as what the file was read."""
        if tally.file:
            self.stdout.write(f"Read as {tally.file['described']}.")
        for note in tally.file.get("notes", []):
            self.stdout.write(note)

    def print_result(self, job, tally):
        """Print the summary, in a dry run with the first rows as they will look."""
        for line in tally.lines():
            self.stdout.write(line)
        if job.publish and tally.already:
            self.stdout.write("What was here already stays as it was, public or not.")
        if ("not_public",) in tally.statuses and not job.publish:
            self.stdout.write("Not public: officers find it at the desk. --publish is for texts whose authors agreed.")
        if not job.dry_run:
            return
        for sample in tally.samples:
            self.stdout.write(f"\n{tally.file['row_name']} {sample['row']}: {facts_of(sample)}")
            for line in filter(None, [sample["title"], *sample["text"].split("\n")]):
                self.stdout.write(f"    {line}")
        self.stdout.write("\nA dry run: nothing was kept.")


def facts_of(sample):
    """Return what is known of a row beside its text, in one line."""
    at = sample["received_at"]
    return ", ".join(
        filter(
            None,
            [
                sample["kind"],
                date_format(localtime(datetime.fromisoformat(at)), "j F Y, H:i") if at else "date unknown",
                str(Channel(sample["channel"]).label),
                sample["language"],
                sample["author_name"] or "no name",
                sample["source_verdict"] and f"{sample['source_verdict']} there",
                "may be public" if sample["for_public"] else "not public",
            ],
        )
    )

"""Write statements of reasons with the field names of the EU's DSA Transparency Database."""

import json
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from moderation.redress.transparency_database import DSA_FIELDS, restricting_decisions, statement_row
from portal.audit import record
from portal.csv_cells import SheetWriter

DECISIONS_A_READ = 500  # decisions read at a time


class Command(BaseCommand):
    """Write the statements of reasons of some days, as CSV or as JSON Lines; lists in CSV are JSON."""

    help = __doc__

    def add_arguments(self, parser):
        """Take the days, the format and the file."""
        parser.add_argument("--since", type=date.fromisoformat, required=True, help="the first day, as 2027-03-01")
        parser.add_argument("--until", type=date.fromisoformat, help="the last day; today if it is left out")
        parser.add_argument("--format", choices=["csv", "jsonl"], default="csv")
        parser.add_argument("--output", type=Path, help="a file; the terminal if it is left out")

    def handle(self, *, since, until, output, **options):
        """Write them one by one, then note in the ledger that they were taken."""
        until = until or timezone.localdate()
        if until < since:
            raise CommandError("The last day comes before the first.")
        decisions = restricting_decisions(since, until)
        with self.opened(output) as file:
            write = WRITERS[options["format"]](file)
            count = 0
            for decision in tqdm(decisions.iterator(chunk_size=DECISIONS_A_READ), unit=" statements", disable=None):
                write(statement_row(decision))
                count += 1
        with transaction.atomic():
            days = {"since": since.isoformat(), "until": until.isoformat()}
            record("statements.exported", **days, format=options["format"], count=count)
        if output:
            self.stdout.write(f"{count} statements in {output}.")

    @contextmanager
    def opened(self, output):
        """Open the file, or the terminal."""
        if output is None:
            yield self.stdout
            return
        with output.open("w", encoding="utf-8", newline="") as file:
            yield file


def csv_rows(file):
    """Return what writes a row of CSV, with the names of the fields on top."""
    sheet = SheetWriter(file, lineterminator="\r\n")
    sheet.writerow(DSA_FIELDS)

    def write(row):
        sheet.writerow([in_cell(row[name]) for name in DSA_FIELDS])

    return write


def json_lines(file):
    """Return what writes a line of JSON, without the fields that do not apply."""

    def write(row):
        kept = {name: value for name, value in row.items() if value not in (None, [])}
        file.write(json.dumps(kept, ensure_ascii=False) + "\n")

    return write


def in_cell(value):
    """Return a value for one cell."""
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, list) else value


WRITERS = {"csv": csv_rows, "jsonl": json_lines}

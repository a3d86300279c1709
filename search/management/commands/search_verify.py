"""Compare the indices with the database."""

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from search.index.indices import both_indices
from search.index.rebuild import count_rows_to_read
from search.index.verify import repair_index, verify_and_store
from search.language.query import SearchUnavailable

IDS_SHOWN = 20


class Command(BaseCommand):
    """Compare database and indices; exit with 1 on drift."""

    help = "Compare the search index with the database; exit code 1 on drift. What merely lags is no drift."

    def add_arguments(self, parser):
        """Add --repair."""
        parser.add_argument("--repair", action="store_true", help="have drifting submissions indexed again")

    def handle(self, *, repair, verbosity, **options):
        """Compare, print the reports, and repair if requested."""
        try:
            with tqdm(total=count_rows_to_read(), unit=" submissions", disable=not verbosity or None) as progress:
                reports = verify_and_store(progress.update)
            for index in both_indices():
                self.say(index.name, reports[index.name])
            self.conclude(reports, wanted=repair)
        except SearchUnavailable as error:
            raise CommandError(str(error), returncode=2) from error

    def say(self, name, report):
        """Print the report of one index."""
        waiting = f"{report.lag:,} changes wait for the relay"
        self.stdout.write(f"{name}: {report.checked:,} submissions compared; {waiting}.")
        for kind in ("missing", "extra", "different"):
            if ids := getattr(report, kind):
                more = f" and {len(ids) - IDS_SHOWN:,} more" if len(ids) > IDS_SHOWN else ""
                self.stdout.write(f"{name}: {kind}: {len(ids):,} ({', '.join(map(str, ids[:IDS_SHOWN]))}{more})")

    def conclude(self, reports, *, wanted):
        """Repair drifting rows, or fail with exit code 1."""
        drifted = {index: reports[index.name] for index in both_indices() if reports[index.name].drift}
        if not drifted:
            self.stdout.write("No drift.")
        elif wanted:
            for index, report in drifted.items():
                repair_index(index, report)
                self.stdout.write(f"{index.name}: {len(report.drift):,} marked; the relay will send them again.")
        else:
            raise CommandError("The index has drifted; run search_verify --repair, then relay.", returncode=1)

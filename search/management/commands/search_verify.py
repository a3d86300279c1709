"""Prove that the search index holds what the database says."""

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from consultations.models import Submission
from search.engines import engine
from search.query import SearchUnavailable
from search.verify import repair, verify_and_keep

SHOWN = 20


class Command(BaseCommand):
    """Compare database and index; end with 1 when they drifted apart."""

    help = "Compare the search index with the database; exit code 1 on drift. What merely lags is no drift."

    def add_arguments(self, parser):
        """Take --repair."""
        parser.add_argument("--repair", action="store_true", help="have drifting submissions indexed again")

    def handle(self, *, repair, verbosity, **options):
        """Compare, say what was found, and mark what drifted if asked to."""
        total = Submission.objects.count()
        try:
            with tqdm(total=total, unit=" submissions", disable=not verbosity or None) as progress:
                report = verify_and_keep(engine(), progress.update)
            self.say(report)
            self.conclude(report, wanted=repair)
        except SearchUnavailable as error:
            raise CommandError(str(error), returncode=2) from error

    def say(self, report):
        """Print the report."""
        self.stdout.write(f"{report.checked:,} submissions compared; {report.lag:,} changes wait for the relay.")
        for name in ("missing", "extra", "different"):
            if ids := getattr(report, name):
                more = f" and {len(ids) - SHOWN:,} more" if len(ids) > SHOWN else ""
                self.stdout.write(f"{name}: {len(ids):,} ({', '.join(map(str, ids[:SHOWN]))}{more})")

    def conclude(self, report, *, wanted):
        """Repair or complain."""
        if not report.drift:
            self.stdout.write("No drift.")
        elif wanted:
            repair(engine(), report)
            self.stdout.write(f"{len(report.drift):,} marked; the relay will send them again.")
        else:
            raise CommandError("The index has drifted; run search_verify --repair, then relay.", returncode=1)

"""Make the search index anew."""

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from portal.jobs.runner import run_here
from search.index.rebuild_job import REBUILDS
from search.models import Rebuild


class Command(BaseCommand):
    """Rebuild both indices beside those in use and swap them."""

    help = "Make the search index anew; searching and submitting go on meanwhile, and no change is lost."

    def handle(self, *, verbosity, **options):
        """Run a rebuild in this process, showing how far it is."""
        with tqdm(unit=" submissions", disable=not verbosity or None) as self.bar:
            rebuild = run_here(REBUILDS, self.show)
        if rebuild.state != Rebuild.State.DONE:
            raise CommandError(rebuild.problem or "The rebuild was cancelled; the old index stays in use.")
        self.stdout.write(f"{rebuild.read:,} submissions read; the new index is in use.")

    def show(self, rebuild):
        """Move the bar to where the rebuild is."""
        self.bar.total, self.bar.n = rebuild.total, rebuild.read
        self.bar.refresh()

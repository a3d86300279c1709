"""Make the search index anew."""

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

<<<<<<< HEAD
from portal.jobs.runner import run_here
from search.index.rebuild_job import REBUILDS
=======
from search.index.rebuild import count_rows_to_read, rebuild_indices
from search.language.query import SearchUnavailable
>>>>>>> 65bc240 (Give the names of search the field's words)
from search.models import Rebuild


class Command(BaseCommand):
    """Rebuild both indices beside those in use and swap them."""

    help = "Make the search index anew; searching and submitting go on meanwhile, and no change is lost."

    def handle(self, *, verbosity, **options):
<<<<<<< HEAD
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
=======
        """Rebuild, showing how far it is."""
        began = monotonic()
        try:
            with tqdm(total=count_rows_to_read(), unit=" submissions", disable=not verbosity or None) as progress:
                read = rebuild_indices(progress.update)
        except SearchUnavailable as error:
            raise CommandError(str(error)) from error
        Rebuild.objects.create(seconds=round(monotonic() - began, 3), read=read)
        self.stdout.write(f"{read:,} submissions read; the new index is in use.")
>>>>>>> 65bc240 (Give the names of search the field's words)

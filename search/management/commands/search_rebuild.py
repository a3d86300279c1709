"""Make the search index anew."""

from time import monotonic

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from search.index.rebuild import rebuild, to_read
from search.language.query import SearchUnavailable
from search.models import Rebuild


class Command(BaseCommand):
    """Rebuild both indices beside those in use and swap them."""

    help = "Make the search index anew; searching and submitting go on meanwhile, and no change is lost."

    def handle(self, *, verbosity, **options):
        """Rebuild, showing how far it is."""
        began = monotonic()
        try:
            with tqdm(total=to_read(), unit=" submissions", disable=not verbosity or None) as progress:
                read = rebuild(progress.update)
        except SearchUnavailable as error:
            raise CommandError(str(error)) from error
        Rebuild.objects.create(seconds=round(monotonic() - began, 3), read=read)
        self.stdout.write(f"{read:,} submissions read; the new index is in use.")

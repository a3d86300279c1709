"""After an erasure, the words of the erased texts are taken out of the index's files."""

from datetime import timedelta

from django.utils import timezone

from moderation.models import Erasure
from search.index.indices import both_indices
from search.language.query import SearchUnavailable

PURGED_FOR = timedelta(hours=3)  # after an erasure, every hour: the relay may have been late


def purge_after_erasures() -> None:
    """Purge both indices if something was erased in the last hours."""
    if Erasure.objects.filter(erased_at__gt=timezone.now() - PURGED_FOR).exists():
        purge_erased_words()


def purge_erased_words() -> None:
    """Purge both indices; raise SearchUnavailable when one is away, after the other is done."""
    away = None
    for index in both_indices():
        try:
            index.engine.purge()
        except SearchUnavailable as error:
            away = error
    if away:
        raise away

"""The state of search, for the status page, the metrics and the health check."""

from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from consultations.models import Submission
from consultations.models.choices import CASE_EVENTS
from search.index.indices import SubmissionIndex, open_index, sealed_index
from search.index.state import raise_if_unknown
from search.language.query import SearchUnavailable
from search.models import PoisonDocument, Rebuild, Verification

STATUS_CACHE_SECONDS = (
    60  # seconds that what the engine said stays good: counting its documents reads all of an embedded index
)
TROUBLE_CACHE_SECONDS = 5  # and that it could not be asked


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What an engine reports about itself; only ``trouble`` is set when it cannot be asked."""

    engine: str = ""
    generation: str = ""
    documents: int | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class SearchStatus:
    """The state of search at one time.

    ``lag`` counts submissions with a change that the index lacks. ``lag_seconds`` is a lower bound for the oldest such
    change: rows do not record when they began to lag, only the time of their newest event is known.
    """

    address: str
    index: EngineInfo
    sealed: EngineInfo
    lag: int
    lag_seconds: int
    poison: int
    verified: Verification | None
    rebuilt: Rebuild | None

    @property
    def available(self) -> bool:
        """Return whether both indices can be asked."""
        return not self.trouble

    @property
    def trouble(self) -> str:
        """Return why an index cannot be asked; empty when both can."""
        return self.index.trouble or self.sealed.trouble


def get_search_status() -> SearchStatus:
    """Collect the state of search; an unavailable index raises nothing."""
    lag, oldest = count_lagging()
    return SearchStatus(
        address=strip_credentials(settings.SEARCH_URL),
        index=cached_engine_info(open_index()),
        sealed=cached_engine_info(sealed_index()),
        lag=lag,
        lag_seconds=round((timezone.now() - oldest).total_seconds()) if oldest else 0,
        poison=PoisonDocument.objects.count(),
        verified=Verification.latest(),
        rebuilt=Rebuild.latest(),
    )


def count_lagging():
    """Return (number of lagging submissions, oldest of their newest events' times); one query."""
    newest = Coalesce(Max("events__created_at", filter=~Q(events__kind__in=CASE_EVENTS)), "received_at")
    found = Submission.objects.lagging().annotate(newest=newest).aggregate(count=Count("pk"), oldest=Min("newest"))
    return found["count"], found["oldest"]


def cached_engine_info(index: SubmissionIndex) -> EngineInfo:
    """Return an engine's report, at most ``STATUS_CACHE_SECONDS`` old."""
    place = f"{settings.SEARCH_URL} {settings.SEARCH_SEALED_URL}"
    key = f"search-status:{index.name}:{sha256(place.encode()).hexdigest()}"
    if answer := cache.get(key):
        return answer
    answer = fetch_engine_info(index)
    cache.set(key, answer, TROUBLE_CACHE_SECONDS if answer.trouble else STATUS_CACHE_SECONDS)
    return answer


def fetch_engine_info(index: SubmissionIndex) -> EngineInfo:
    """Ask an engine for its report."""
    try:
        raise_if_unknown(index)
        said = index.engine.info()
        documents = sum(count for count, _sum in index.engine.bucket_totals().values())
    except SearchUnavailable as error:
        return EngineInfo(trouble=str(error))
    return EngineInfo(said["engine"], said["generation"], documents)


def strip_credentials(url: str) -> str:
    """Return an address without user and password."""
    who, at, _hosts = urlsplit(url).netloc.rpartition("@")
    return url.replace(who + at, "", 1)

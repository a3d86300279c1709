"""Tell the indices what changed: read the rows that lag, send them, and only then note that they were sent."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from time import monotonic

from django.db import transaction

from consultations.models import Submission
from search.engines.configured import get_engine
from search.index.documents import with_document_fields
from search.index.indices import (
    DOCUMENT_BATCH_SIZE,
    SubmissionIndex,
    both_indices,
    read_in_id_order,
    relay_batch_size,
    shared_locks,
)
from search.language.query import SearchUnavailable
from search.models import PoisonDocument


def relay_batch(limit: int | None = None) -> int:
    """Send the changes of some lagging rows; return how many.

    Killed at any point, it loses nothing: a row is noted as sent only after both indices have it for good, and an
    index that is told twice does not mind. Several may run at once. What an index refuses is kept as poison and
    goes on lagging. Each row is read before an engine looks which generations are fed: a generation that it misses
    was begun after the change, so whoever fills that one sees the change in the database.
    """
    both = both_indices()
    with shared_locks(both) as away:
        lagging = PoisonDocument.without_waiting(Submission.objects.lagging())
        rows = read_in_id_order(with_document_fields(lagging), limit or relay_batch_size(both[0]))
        first = next(rows, None)
        return relay_rows(*both, chain([first], rows), away) if first else 0


def relay_rows(
    open_: SubmissionIndex, sealed: SubmissionIndex, rows: Iterable[Submission], away: dict[str, SearchUnavailable]
) -> int:
    """Tell the indices of rows and note what has arrived; one that is away keeps back only what it is told of."""
    passing = TrackedRows(rows)
    refused = write_batch(open_, passing, away)
    deque(passing, maxlen=0)  # an index that is away may not have taken them all
    if passing.redacted:
        refused |= write_batch(sealed, passing.redacted, away)
    waiting = passing.versions if open_.name in away else {row.pk for row in passing.redacted if sealed.name in away}
    record_refusals(passing.versions, refused)
    mark_indexed(
        {id_: version for id_, version in passing.versions.items() if id_ not in refused and id_ not in waiting}
    )
    for error in away.values():
        raise error
    return len(passing.versions)


class TrackedRows:
    """Rows on their way to the open index, read as it takes them; the sealed one gets those ever redacted after."""

    def __init__(self, rows: Iterable[Submission]):
        self.rows = iter(rows)
        self.versions: dict[int, int] = {}
        self.redacted: list[Submission] = []

    def __iter__(self) -> Iterator[Submission]:
        for row in self.rows:
            self.versions[row.pk] = row.version
            if row.ever_redacted:
                self.redacted.append(row)
            yield row


def write_batch(
    index: SubmissionIndex, rows: Iterable[Submission], away: dict[str, SearchUnavailable]
) -> dict[int, str]:
    """Write rows to an index unless it is away; return what it refuses."""
    try:
        return {} if index.name in away else index.write(rows)
    except SearchUnavailable as error:
        away[index.name] = error
        return {}


def bring_up_to_date(seconds: float = 1.0) -> int:
    """Bring the embedded index up to date before it is read, for a bounded time; return how many rows still lag.

    Trouble with an index is told by whoever asks it: the open one answers while the sealed one is away.
    """
    embedded, end = get_engine().embedded, monotonic() + seconds
    with suppress(SearchUnavailable):
        while embedded and monotonic() < end:
            if relay_batch(100) < 100:
                return 0
    return Submission.objects.lagging().count()


def record_refusals(versions: Mapping[int, int], refused: Mapping[int, str]) -> None:
    """Keep what an index would not take of these versions, with its reason; it lags until the index takes it."""
    for id_, reason in refused.items():
        PoisonDocument.record_refusal(id_, versions[id_], reason)
        Submission.objects.filter(pk=id_, version=versions[id_]).update(indexed_version=0)


def mark_indexed(sent: Mapping[int, int]) -> None:
    """Note that the index has these versions (by id), unless it is known to have later ones."""
    by_version = defaultdict(list)
    for id_, version in sent.items():
        by_version[version].append(id_)
    with transaction.atomic():
        for version, ids in by_version.items():
            for start in range(0, len(ids), DOCUMENT_BATCH_SIZE):
                some = ids[start : start + DOCUMENT_BATCH_SIZE]
                Submission.objects.filter(pk__in=some, indexed_version__lt=version).update(indexed_version=version)
                PoisonDocument.objects.filter(pk__in=some, version__lte=version).delete()

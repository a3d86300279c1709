"""Send lagging rows to the indices, and mark them as indexed only afterwards."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from time import monotonic
from typing import Any

from django.db import transaction

from consultations.models import Submission
from search.engines.configured import get_engine
from search.index.documents import with_document_fields
from search.index.indices import (
    DOCUMENT_BATCH_SIZE,
    SubmissionIndex,
    both_indices,
    open_index,
    read_in_id_order,
    relay_batch_size,
    shared_locks,
)
from search.index.state import note_writes, prepare_to_write, raise_if_unknown
from search.language.query import SearchUnavailable
from search.models import PoisonDocument

RELAYED_BY_READERS = 100  # rows at once, so that other writers get their turn


def relay_batch(limit: int | None = None, *, known_only: bool = True) -> int:
    """Send one batch of lagging rows; return their number.

    With ``known_only``, an index that the database does not know counts as unavailable.

    A crash at any point loses nothing: a row is marked only after both indices hold it durably, and writes are
    idempotent. Several relays may run at once. A refused row is recorded as poison and goes on lagging. Each row is
    read before the engine looks up the fed generations, so a generation missing from that list was started after the
    change, and its filling reads the change from the database.
    """
    both = both_indices()
    with shared_locks(both) as unavailable:
        lagging = PoisonDocument.without_waiting(Submission.objects.lagging())
        rows = read_in_id_order(with_document_fields(lagging), limit or relay_batch_size(both[0]))
        first = next(rows, None)
        return relay_rows(*both, chain([first], rows), unavailable, known_only=known_only) if first else 0


def relay_rows(
    open_: SubmissionIndex,
    sealed: SubmissionIndex,
    rows: Iterable[Submission],
    unavailable: dict[str, SearchUnavailable],
    *,
    known_only: bool,
) -> int:
    """Write rows to both indices and mark them; an unavailable index delays only its own rows."""
    tracked = TrackedRows(rows)
    refused = write_batch(open_, tracked, unavailable, known_only=known_only)
    deque(tracked, maxlen=0)  # an index that is unavailable may not have taken them all
    if tracked.redacted:
        refused |= write_batch(sealed, tracked.redacted, unavailable, known_only=known_only)
    not_sent = (
        tracked.versions
        if open_.name in unavailable
        else {row.pk for row in tracked.redacted if sealed.name in unavailable}
    )
    record_refusals(tracked.versions, refused)
    mark_indexed(
        {id_: version for id_, version in tracked.versions.items() if id_ not in refused and id_ not in not_sent}
    )
    for error in unavailable.values():
        raise error
    return len(tracked.versions)


class TrackedRows:
    """Iterates rows being indexed; records their versions and which also belong in the sealed index."""

    def __init__(self, rows: Iterable[Any]):
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
    index: SubmissionIndex, rows: Iterable[Submission], unavailable: dict[str, SearchUnavailable], *, known_only: bool
) -> dict[int, str]:
    """Write rows to an index; return the refusals. SearchUnavailable is added to ``unavailable``."""
    if index.name in unavailable:
        return {}
    try:
        if known_only:
            prepare_to_write(index)
        refused = index.write(rows)
        note_writes(index)
    except SearchUnavailable as error:
        unavailable[index.name] = error
        return {}
    return refused


def bring_up_to_date(seconds: float = 1.0, index: SubmissionIndex | None = None) -> int:
    """Relay to an embedded index for at most ``seconds``; return the number of rows that still lag.

    Raises SearchUnavailable when the index that is going to be read, the open one unless named, cannot be asked or is
    not the one that the database knows. Trouble with the other one is no matter.
    """
    embedded, end, lag = get_engine().embedded, monotonic() + seconds, None
    with suppress(SearchUnavailable):
        while embedded and lag is None and monotonic() < end:
            if relay_batch(RELAYED_BY_READERS) < RELAYED_BY_READERS:
                lag = 0
    raise_if_unknown(index or open_index())
    return Submission.objects.lagging().count() if lag is None else lag


def record_refusals(versions: Mapping[int, int], refused: Mapping[int, str]) -> None:
    """Record refused versions as poison, and mark the rows as not indexed."""
    for id_, reason in refused.items():
        PoisonDocument.record_refusal(id_, versions[id_], reason)
        Submission.objects.filter(pk=id_, version=versions[id_]).update(indexed_version=0)


def mark_indexed(sent: Mapping[int, int]) -> None:
    """Mark rows as indexed up to these versions (by id), unless marked higher; delete their poison records."""
    by_version = defaultdict(list)
    for id_, version in sent.items():
        by_version[version].append(id_)
    with transaction.atomic():
        for version, ids in by_version.items():
            for start in range(0, len(ids), DOCUMENT_BATCH_SIZE):
                some = ids[start : start + DOCUMENT_BATCH_SIZE]
                Submission.objects.filter(pk__in=some, indexed_version__lt=version).update(indexed_version=version)
                PoisonDocument.objects.filter(pk__in=some, version__lte=version).delete()

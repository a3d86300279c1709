"""Tell the indices what changed: read the rows that lag, send them, and only then note that they were sent."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from time import monotonic

from django.db import transaction

from consultations.models import Submission
from search.documents import with_texts
from search.engines import engine
from search.indices import BATCH, Index, batch, indices, steady
from search.models import PoisonDocument
from search.query import SearchUnavailable


def relay(limit: int | None = None) -> int:
    """Send the changes of some lagging rows; return how many.

    Killed at any point, it loses nothing: a row is noted as sent only after both indices have it for good, and an
    index that is told twice does not mind. Several may run at once. What an index refuses is kept as poison and
    goes on lagging. The rows are read before an engine looks which generations are fed: a generation that it misses
    was begun after the change, so whoever fills that one sees the change in the database.
    """
    both = indices()
    with steady(both) as away:
        lagging = PoisonDocument.without_resting(Submission.objects.lagging())
        rows = list(with_texts(lagging).order_by("pk")[: limit or batch(both[0])])
        if rows:
            send(both, rows, away)
    return len(rows)


def send(both: Iterable[Index], rows: list[Submission], away: dict[str, SearchUnavailable]) -> None:
    """Tell the indices of rows and note what has arrived; one that is away keeps back only what it is told of."""
    refused, waiting = {}, set()
    for index in both:
        told = index.told(rows)
        try:
            refused |= {} if index.name in away else index.write(told)
        except SearchUnavailable as error:
            away[index.name] = error
        if index.name in away:
            waiting |= {row.pk for row in told}
    note_refused(rows, refused)
    mark({row.pk: row.version for row in rows if row.pk not in refused and row.pk not in waiting})
    for error in away.values():
        raise error


def catch_up(seconds: float = 1.0) -> int:
    """Bring the embedded index up to date before it is read, for a bounded time; return how many rows still lag.

    Trouble with an index is told by whoever asks it: the open one answers while the sealed one is away.
    """
    embedded, end = engine().embedded, monotonic() + seconds
    with suppress(SearchUnavailable):
        while embedded and monotonic() < end:
            if relay(100) < 100:
                return 0
    return Submission.objects.lagging().count()


def note_refused(rows: Iterable[Submission], refused: Mapping[int, str]) -> None:
    """Keep what an index would not take, with its reason; it lags until the index takes it."""
    for row in rows if refused else ():
        if row.pk in refused:
            PoisonDocument.note(row, refused[row.pk])
            Submission.objects.filter(pk=row.pk, version=row.version).update(indexed_version=0)


def mark(sent: Mapping[int, int]) -> None:
    """Note that the index has these versions (by id), unless it is known to have later ones."""
    by_version = defaultdict(list)
    for id_, version in sent.items():
        by_version[version].append(id_)
    with transaction.atomic():
        for version, ids in by_version.items():
            for start in range(0, len(ids), BATCH):
                some = ids[start : start + BATCH]
                Submission.objects.filter(pk__in=some, indexed_version__lt=version).update(indexed_version=version)
                PoisonDocument.objects.filter(pk__in=some, version__lte=version).delete()

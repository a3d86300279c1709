"""Make the index anew beside the old one, prove it, and put it in its place without losing a change."""

from collections.abc import Callable, Iterator

from django.db.models import F

from consultations.models import Submission
from search.engines import Engine
from search.query import SearchUnavailable
from search.relay import BATCH, changes, mark, note_refused, relay, with_texts
from search.verify import Sums


def rebuild(index: Engine, seen: Callable[[int], None] = lambda count: None) -> int:
    """Rebuild and swap; return the number of submissions read. ``seen`` is told how many more were.

    A fresh index is filled while people go on using the old one, and is put in its place when it is proven that it
    lacks nothing that the database believes to be indexed.
    """
    with index.rebuilding():
        fresh = index.fresh()
        try:
            read = _fill(index, fresh, seen)
            (_replace_file if index.embedded else _replace_fed)(index, fresh)
        except BaseException:
            fresh.drop()
            raise
    return read


def _fill(index: Engine, fresh: Engine, seen: Callable[[int], None]) -> int:
    """Send every row, in the order of their ids."""
    read, sent = 0, Sums()
    for rows in _batches():
        documents, deletions = changes(rows)
        note_refused(rows, fresh.write(documents, deletions))
        for document in documents:
            sent.add(document)
        read += len(rows)
        seen(len(rows))
    # What a server's relay changed meanwhile is in both; only an index that nobody else feeds must be the same.
    if index.embedded and (unlike := sent.unlike(fresh.stats())):
        raise SearchUnavailable(f"The fresh index differs in {len(unlike)} buckets; the old one stays in use.")
    return read


def _batches() -> Iterator[list[Submission]]:
    last = 0
    while rows := list(with_texts(Submission.objects.filter(pk__gt=last)).order_by("pk")[:BATCH]):
        yield rows
        last = rows[-1].pk


def _replace_file(index: Engine, fresh: Engine) -> None:
    """Keep the relay out, send what changed meanwhile to the fresh index too, prove it and swap."""
    with index.exclusive():
        _bring_up_to_date(fresh)
        news = _proven(fresh)
        index.swap(fresh)
        mark(news)


def _replace_fed(index: Engine, fresh: Engine) -> None:
    """Swap to an index that every relay has fed since it was begun, once it is proven to lack nothing."""
    while relay(index) == BATCH:
        pass
    believed = Submission.objects.filter(indexed_version__gte=F("version")).values_list("pk", "version")
    versions = dict(believed.iterator(chunk_size=10_000))
    known = fresh.versions()  # read after the rows: it can only be ahead of them
    lost = sum(known.get(id_, -1) < version for id_, version in versions.items())
    if lost:
        raise SearchUnavailable(f"The fresh index lacks {lost} submissions; the old one stays in use.")
    index.swap(fresh)


def _bring_up_to_date(fresh: Engine) -> None:
    """Send the rows whose version is not the one that the fresh index has, and drop what is gone."""
    known, rows = fresh.versions(), dict(Submission.objects.values_list("pk", "version"))
    late = [id_ for id_, version in rows.items() if known.get(id_) != version]
    for start in range(0, len(late), BATCH):
        fresh.write(*changes(with_texts(Submission.objects.filter(pk__in=late[start : start + BATCH]))))
    fresh.write([], {id_: version for id_, version in known.items() if id_ not in rows})


def _proven(fresh: Engine) -> dict[int, int]:
    """Return the versions that the database does not know to be indexed; raise if one it counts on is not there."""
    known, news, lost = fresh.versions(), {}, 0
    for id_, version, indexed in Submission.objects.values_list("pk", "version", "indexed_version"):
        if known.get(id_) != version and indexed >= version:
            lost += 1
        elif indexed < known.get(id_, 0):
            news[id_] = known[id_]
    if lost:
        raise SearchUnavailable(f"The fresh index lacks {lost} submissions; the old one stays in use.")
    return news

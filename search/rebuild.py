"""Make the index anew beside the old one, prove it, and put it in its place without losing a change."""

from collections.abc import Callable, Iterator

from consultations.models import Submission
from search.engines import Engine
from search.query import SearchUnavailable
from search.relay import BATCH, changes, mark, with_texts
from search.verify import Sums


def rebuild(index: Engine, seen: Callable[[int], None] = lambda count: None) -> int:
    """Rebuild and swap; return the number of submissions read. ``seen`` is told how many more were.

    1. Fill a fresh index while people go on using the old one; compare count and checksums with what was sent.
    2. Keep the relay out, and send what changed or came meanwhile to the fresh index too.
    3. Prove that it lacks nothing that the database believes to be indexed; swap; note what is indexed now.
    """
    with index.rebuilding():
        fresh = index.fresh()
        try:
            read = _fill(fresh, seen)
            with index.exclusive():
                _bring_up_to_date(fresh)
                news = _proven(fresh)
                index.swap(fresh)
                mark(news)
        except BaseException:
            fresh.drop()
            raise
    return read


def _fill(fresh: Engine, seen: Callable[[int], None]) -> int:
    """Send every row, in the order of their ids."""
    read, sent = 0, Sums()
    for rows in _batches():
        documents, deletions = changes(rows)
        fresh.write(documents, deletions)
        for document in documents:
            sent.add(document)
        read += len(rows)
        seen(len(rows))
    if unlike := sent.unlike(fresh.stats()):
        raise SearchUnavailable(f"The fresh index differs in {len(unlike)} buckets; the old one stays in use.")
    return read


def _batches() -> Iterator[list[Submission]]:
    last = 0
    while rows := list(with_texts(Submission.objects.filter(pk__gt=last)).order_by("pk")[:BATCH]):
        yield rows
        last = rows[-1].pk


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

"""Make an index anew beside the old one, prove it, and put it in its place without losing a change."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from django.db.models import F

from consultations.models import Submission
from search.engines.document import Deletion, Document, DocumentChange
from search.index.indices import DOCUMENT_BATCH_SIZE, SubmissionIndex, both_indices, read_in_id_order, relay_batch_size
from search.index.relay import mark_indexed, record_refusals, relay_batch
from search.index.verify import BucketTotals
from search.language.query import SearchUnavailable

OnProgress = Callable[[int], None]


def rebuild_indices(on_read: OnProgress = lambda count: None) -> int:
    """Rebuild both indices, one after the other; return the number of submissions read."""
    return sum(rebuild_index(index, on_read) for index in both_indices())


def rebuild_index(index: SubmissionIndex, on_read: OnProgress = lambda count: None) -> int:
    """Rebuild and swap; return the number of submissions read. ``on_read`` is told how many more were.

    A fresh index is filled while people go on using the old one, and is put in its place when it is proven that it
    lacks nothing that the database believes to be indexed.
    """
    with index.engine.rebuild_lock():
        fresh = index.new_generation()
        try:
            read = _fill(fresh, on_read)
            (_replace_file if index.engine.embedded else _replace_fed)(index, fresh)
        except BaseException:
            fresh.engine.discard()
            raise
    return read


def count_rows_to_read() -> int:
    """Return how many submissions a rebuild of both reads."""
    return sum(index.select_rows(Submission.objects.all()).count() for index in both_indices())


def _fill(fresh: SubmissionIndex, on_read: OnProgress) -> int:
    """Send every row, in the order of their ids."""
    read, sent = 0, BucketTotals()
    rows = read_in_id_order(fresh.select_rows(Submission.objects.all()))
    while versions := _write_some(fresh, islice(rows, relay_batch_size(fresh)), sent):
        read += len(versions)
        on_read(len(versions))
    # What a server's relay changed meanwhile is in both; only an index that nobody else feeds must be the same.
    if fresh.engine.embedded and (unlike := sent.differing_buckets(fresh.engine.bucket_totals())):
        raise SearchUnavailable(f"The fresh index differs in {len(unlike)} buckets; the old one stays in use.")
    return read


def _write_some(fresh: SubmissionIndex, rows: Iterable[Submission], sent: BucketTotals) -> dict[int, int]:
    """Write rows, add their documents to the sums, and note what is refused; return their versions by id."""
    versions = {}

    def passing() -> Iterator[DocumentChange]:
        for change in fresh.changes(rows):
            versions[change.id] = change.version
            if isinstance(change, Document):
                sent.add(change)
            yield change

    record_refusals(versions, fresh.engine.write(passing()))
    return versions


def _replace_file(index: SubmissionIndex, fresh: SubmissionIndex) -> None:
    """Keep the relay out, send what changed meanwhile to the fresh index too, prove it and swap."""
    with index.engine.exclusive_lock():
        _bring_up_to_date(fresh)
        news = _proven(fresh)
        index.engine.swap(fresh.engine)
        mark_indexed(news)


def _replace_fed(index: SubmissionIndex, fresh: SubmissionIndex) -> None:
    """Swap to an index that every relay has fed since it was begun, once it is proven to lack nothing."""
    while relay_batch():
        pass
    rows = index.select_rows(Submission.objects.filter(indexed_version__gte=F("version")))
    versions = dict(rows.values_list("pk", "version").iterator(chunk_size=10_000))
    known = fresh.engine.versions()  # read after the rows: it can only be ahead of them
    _refuse_loss(sum(known.get(id_, -1) < version for id_, version in versions.items()))
    index.engine.swap(fresh.engine)


def _bring_up_to_date(fresh: SubmissionIndex) -> None:
    """Send the rows whose version is not the one that the fresh index has, and drop what is gone."""
    known = fresh.engine.versions()
    rows = dict(fresh.select_rows(Submission.objects.all()).values_list("pk", "version"))
    late = [id_ for id_, version in rows.items() if known.get(id_) != version]
    for start in range(0, len(late), DOCUMENT_BATCH_SIZE):
        fresh.write(fresh.select_rows(Submission.objects.filter(pk__in=late[start : start + DOCUMENT_BATCH_SIZE])))
    fresh.engine.write(Deletion(id_, version) for id_, version in known.items() if id_ not in rows)


def _proven(fresh: SubmissionIndex) -> dict[int, int]:
    """Return the versions that the database does not know to be indexed; raise if one it counts on is not there.

    Only of what is in one index alone: of the rest, the other index may not have heard yet.
    """
    known, news, lost = fresh.engine.versions(), {}, 0
    rows = fresh.select_rows(Submission.objects.all()).values_list("pk", "version", "indexed_version", "ever_redacted")
    for id_, version, indexed, in_both in rows:
        if known.get(id_) != version and indexed >= version:
            lost += 1
        elif indexed < known.get(id_, 0) and not in_both:
            news[id_] = known[id_]
    _refuse_loss(lost)
    return news


def _refuse_loss(lost: int) -> None:
    if lost:
        raise SearchUnavailable(f"The fresh index lacks {lost} submissions; the old one stays in use.")

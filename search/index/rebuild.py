"""Rebuild an index next to the one in use, check it, and swap without losing a change."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice

from django.db.models import F

from consultations.models import Submission
from search.engines.document import Deletion, Document, DocumentChange
from search.index.indices import DOCUMENT_BATCH_SIZE, SubmissionIndex, both_indices, read_in_id_order, relay_batch_size
from search.index.relay import mark_indexed, record_refusals, relay_batch
from search.index.verify import BucketTotals
from search.language.query import SearchUnavailable
from search.models import IndexState

OnProgress = Callable[[int], None]


def rebuild_indices(on_read: OnProgress = lambda count: None) -> int:
    """Rebuild both indices, one after the other; return the number of rows read."""
    return sum(rebuild_index(index, on_read) for index in both_indices())


def rebuild_index(index: SubmissionIndex, on_read: OnProgress = lambda count: None) -> int:
    """Rebuild and swap one index; return the number of rows read. ``on_read`` gets the number of rows of each batch.

    The new generation is filled while the old one is in use. It is swapped in only after a check that it lacks nothing
    that the database has marked as indexed.
    """
    with index.engine.rebuild_lock():
        fresh = index.new_generation()
        try:
            read = _fill_generation(fresh, on_read)
            (_replace_file if index.engine.embedded else _replace_fed)(index, fresh)
        except BaseException:
            fresh.engine.discard()
            raise
    return read


def count_rows_to_read() -> int:
    """Return the number of rows that a rebuild of both indices reads."""
    return sum(index.select_rows(Submission.objects.all()).count() for index in both_indices())


def _fill_generation(fresh: SubmissionIndex, on_read: OnProgress) -> int:
    """Write every row, by id; return the number of rows."""
    read, sent = 0, BucketTotals()
    rows = read_in_id_order(fresh.select_rows(Submission.objects.all()))
    while versions := _write_rows(fresh, islice(rows, relay_batch_size(fresh)), sent):
        read += len(versions)
        on_read(len(versions))
    # What a server's relay changed meanwhile is in both; only an index that nobody else feeds must be the same.
    if fresh.engine.embedded and (unlike := sent.differing_buckets(fresh.engine.bucket_totals())):
        raise SearchUnavailable(f"The fresh index differs in {len(unlike)} buckets; the old one stays in use.")
    return read


def _write_rows(fresh: SubmissionIndex, rows: Iterable[Submission], sent: BucketTotals) -> dict[int, int]:
    """Write rows, add their documents to the totals and record refusals; return the versions by id."""
    versions = {}

    def track_changes() -> Iterator[DocumentChange]:
        for change in fresh.changes(rows):
            versions[change.id] = change.version
            if isinstance(change, Document):
                sent.add(change)
            yield change

    record_refusals(versions, fresh.engine.write(track_changes()))
    return versions


def _replace_file(index: SubmissionIndex, fresh: SubmissionIndex) -> None:
    """Keep the relay out, write what changed since the filling, check, and swap."""
    with index.engine.exclusive_lock():
        _write_late_rows(fresh)
        unmarked = _check_generation(fresh)
        _put_in_use(index, fresh)
        mark_indexed(unmarked)


def _put_in_use(index: SubmissionIndex, fresh: SubmissionIndex) -> None:
    """Swap, and let the database know; whoever dies in between leaves both generations known."""
    mark = fresh.engine.generation_mark()
    with suppress(SearchUnavailable):  # an index that cannot be asked is being replaced
        IndexState.note(index.name, *index.engine.generation_mark())  # one that was put in use just before a crash
    IndexState.announce(index.name, mark.generation)
    index.engine.swap(fresh.engine)
    IndexState.note(index.name, *mark)


def _replace_fed(index: SubmissionIndex, fresh: SubmissionIndex) -> None:
    """Check and swap a generation that every relay has fed since its start."""
    while relay_batch(known_only=False):
        pass
    rows = index.select_rows(Submission.objects.filter(indexed_version__gte=F("version")))
    versions = dict(rows.values_list("pk", "version").iterator(chunk_size=10_000))
    known = fresh.engine.versions()  # read after the rows: it can only be ahead of them
    _raise_if_lost(sum(known.get(id_, -1) < version for id_, version in versions.items()))
    _put_in_use(index, fresh)


def _write_late_rows(fresh: SubmissionIndex) -> None:
    """Write the rows whose version the generation lacks, and delete ids that no longer exist."""
    known = fresh.engine.versions()
    rows = dict(fresh.select_rows(Submission.objects.all()).values_list("pk", "version"))
    late = [id_ for id_, version in rows.items() if known.get(id_) != version]
    for start in range(0, len(late), DOCUMENT_BATCH_SIZE):
        fresh.write(fresh.select_rows(Submission.objects.filter(pk__in=late[start : start + DOCUMENT_BATCH_SIZE])))
    fresh.engine.write(Deletion(id_, version) for id_, version in known.items() if id_ not in rows)


def _check_generation(fresh: SubmissionIndex) -> dict[int, int]:
    """Check the generation; return by id the versions that it holds and the database has not marked yet.

    Raises SearchUnavailable if a version marked as indexed is missing. Rows in both indices are left out: the other
    index may not have them.
    """
    known, unmarked, lost = fresh.engine.versions(), {}, 0
    rows = fresh.select_rows(Submission.objects.all()).values_list("pk", "version", "indexed_version", "ever_redacted")
    for id_, version, indexed, in_both in rows:
        if known.get(id_) != version and indexed >= version:
            lost += 1
        elif indexed < known.get(id_, 0) and not in_both:
            unmarked[id_] = known[id_]
    _raise_if_lost(lost)
    return unmarked


def _raise_if_lost(lost: int) -> None:
    if lost:
        raise SearchUnavailable(f"The fresh index lacks {lost} submissions; the old one stays in use.")

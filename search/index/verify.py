"""Compare the database with an index: counts and checksums of buckets first, then documents of differing buckets."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from time import monotonic

from django.db.models import F

from consultations.models import Submission
from portal.jobs.runner import unexpected_error
from portal.jobs.worker import Stopped
from search.engines.document import Deletion, Document
from search.engines.engine import CHECKSUM_BUCKETS
from search.index.indices import DOCUMENT_BATCH_SIZE, SubmissionIndex, both_indices, read_in_id_order
from search.language.query import SearchUnavailable
from search.models import Verification


class BucketTotals:
    """Number of documents and sum of checksums by bucket."""

    def __init__(self):
        self.counts: Counter[int] = Counter()
        self.sums: Counter[int] = Counter()

    def add(self, document: Document) -> None:
        """Add a document."""
        self.counts[document.id % CHECKSUM_BUCKETS] += 1
        self.sums[document.id % CHECKSUM_BUCKETS] += document.checksum

    def differing_buckets(self, stats: Mapping[int, tuple[int, int]]) -> set[int]:
        """Return the buckets whose totals differ from an engine's."""
        return {n for n in range(CHECKSUM_BUCKETS) if (self.counts[n], self.sums[n]) != stats.get(n, (0, 0))}


@dataclass(slots=True)
class DriftReport:
    """The result of a comparison; ids are sorted by bucket."""

    checked: int = 0
    lag: int = 0
    missing: list[int] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)
    different: list[int] = field(default_factory=list)

    @property
    def drift(self) -> list[int]:
        """Return every id on which database and index disagree while no change is under way."""
        return sorted({*self.missing, *self.extra, *self.different})

    def __add__(self, other: "DriftReport") -> "DriftReport":
        """Combine the reports of two indices."""
        found = {name: getattr(self, name) + getattr(other, name) for name in ("missing", "extra", "different")}
        return DriftReport(checked=self.checked + other.checked, lag=max(self.lag, other.lag), **found)


def verify_index(index: SubmissionIndex, on_read=lambda: None) -> DriftReport:
    """Compare everything; ``on_read`` is called for each row.

    Lagging rows are no drift. The comparison of single documents keeps the relay out of the embedded index, so that
    marks and index stand still; on a server, a row that changes meanwhile is left to the next comparison.
    """
    report = DriftReport()
    suspects = _find_differing_buckets(index, report, on_read)
    if suspects:
        with index.engine.exclusive_lock():
            for bucket in sorted(suspects):
                _compare_bucket(index, bucket, report)
    report.lag = Submission.objects.lagging().count()
    return report


def verify_and_store(on_read=lambda: None) -> dict[str, DriftReport]:
    """Compare both indices and store the result, or why it broke off; return the reports by index name."""
    began = monotonic()
    try:
        reports = {index.name: verify_index(index, on_read) for index in both_indices()}
    except Stopped:
        raise
    except Exception as error:
        why = str(error) if isinstance(error, SearchUnavailable) else unexpected_error(error)
        Verification.store_failure(why, round(monotonic() - began, 3))
        raise
    Verification.store(sum(reports.values(), DriftReport()), round(monotonic() - began, 3))
    return reports


def repair_index(index: SubmissionIndex, report: DriftReport) -> None:
    """Mark drifting rows for the relay; delete documents without a row."""
    for ids in _batches(report.drift):
        Submission.objects.filter(pk__in=ids).update(indexed_version=0)
    known = index.engine.versions()
    gone = set(report.extra) - set(_versions(index, report.extra))
    index.engine.write(Deletion(id_, known[id_]) for id_ in gone)


def _find_differing_buckets(index: SubmissionIndex, report: DriftReport, on_read) -> set[int]:
    """Return the buckets whose totals differ between database and index."""
    expected = BucketTotals()
    for _row, document in index.rows_with_documents(read_in_id_order(index.select_rows(Submission.objects.all()))):
        on_read()
        report.checked += 1
        if document:
            expected.add(document)
    return expected.differing_buckets(index.engine.bucket_totals())


def _compare_bucket(index: SubmissionIndex, bucket: int, report: DriftReport) -> None:
    """Compare one bucket document by document; skip rows that lag or change during the comparison."""
    in_bucket = Submission.objects.annotate(bucket=F("pk") % CHECKSUM_BUCKETS).filter(bucket=bucket)
    rows = {
        row.pk: (row, document)
        for row, document in index.rows_with_documents(read_in_id_order(index.select_rows(in_bucket)))
    }
    held = index.engine.bucket_checksums(bucket)
    doubtful = defaultdict(list)
    for id_, (row, document) in rows.items():
        found, expected = held.pop(id_, None), document.checksum if document else None
        if row.version <= row.indexed_version and found != expected:
            kind = "missing" if found is None else "different" if document else "extra"
            doubtful[kind].append(id_)
    doubtful["extra"] += held
    now = _versions(index, chain(*doubtful.values()))
    for kind, ids in doubtful.items():
        getattr(report, kind).extend(id_ for id_ in ids if now.get(id_) == _version(rows, id_))


def _versions(index: SubmissionIndex, ids) -> dict[int, int]:
    """Return the current versions by id of the rows that belong in the index."""
    found: dict[int, int] = {}
    for some in _batches(list(ids)):
        found |= dict(index.select_rows(Submission.objects.filter(pk__in=some)).values_list("pk", "version"))
    return found


def _batches(ids: list[int]) -> Iterator[list[int]]:
    """Yield ids in lists that fit into one query: SQLite takes a limited number of values."""
    return (ids[start : start + DOCUMENT_BATCH_SIZE] for start in range(0, len(ids), DOCUMENT_BATCH_SIZE))


def _version(rows: Mapping[int, tuple], id_: int) -> int | None:
    return rows[id_][0].version if id_ in rows else None

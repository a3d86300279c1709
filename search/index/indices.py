"""The two indices: the open one, and the one of the sealed originals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from sys import maxsize
from typing import Self

from consultations.models import Submission
from search.engines.configured import get_engine, get_sealed_engine
from search.engines.document import Deletion, Document, DocumentChange
from search.engines.engine import Engine
from search.index.documents import build_document, build_sealed_documents, with_document_fields
from search.language.query import SearchUnavailable

DOCUMENT_BATCH_SIZE = 500
READ_PAGE_SIZE = 4 * DOCUMENT_BATCH_SIZE  # rows that are read together


@dataclass(frozen=True, slots=True)
class SubmissionIndex:
    """An engine with the rows and documents that belong in it.

    The sealed index gets only submissions that were redacted at some time: enough for a late write of an older version
    to lose, without a second copy of the whole list.
    """

    name: str
    engine: Engine
    documents: Callable[[Sequence[Submission]], Iterable[Document | None]]
    redacted_only: bool = False

    def select_rows(self, submissions):
        """Select the rows that belong in this index, with the fields of their documents."""
        found = with_document_fields(submissions)
        return found.filter(ever_redacted=True) if self.redacted_only else found

    def rows_with_documents(self, rows: Iterable[Submission]) -> Iterator[tuple[Submission, Document | None]]:
        """Yield (row, document or None), a batch at a time."""
        remaining = iter(rows)
        while some := list(islice(remaining, DOCUMENT_BATCH_SIZE)):
            yield from zip(some, self.documents(some), strict=True)

    def changes(self, rows: Iterable[Submission]) -> Iterator[DocumentChange]:
        """Yield the change of each row lazily: its document, or a deletion."""
        return (document or Deletion(row.pk, row.version) for row, document in self.rows_with_documents(rows))

    def write(self, rows: Iterable[Submission]) -> dict[int, str]:
        """Write the changes of rows; return the reasons of refusals by id."""
        return self.engine.write(self.changes(rows))

    def new_generation(self) -> Self:
        """Create an empty index next to this one."""
        return replace(self, engine=self.engine.new_generation())


def open_index() -> SubmissionIndex:
    """Return the index of what officers may find."""
    return SubmissionIndex("open", get_engine(), lambda rows: [build_document(row) for row in rows])


def sealed_index() -> SubmissionIndex:
    """Return the index of the sealed originals."""
    return SubmissionIndex("sealed", get_sealed_engine(), build_sealed_documents, redacted_only=True)


def both_indices() -> tuple[SubmissionIndex, SubmissionIndex]:
    """Return the open and the sealed index."""
    return open_index(), sealed_index()


def relay_batch_size(index: SubmissionIndex) -> int:
    """Return the rows per batch: large for a server, small for a file, so that other writers get the lock."""
    return DOCUMENT_BATCH_SIZE if index.engine.embedded else 10 * READ_PAGE_SIZE


def read_in_id_order(rows, most: int | None = None) -> Iterator[Submission]:
    """Yield rows by id, paginated by key: no cursor stays open between pages."""
    last, left = 0, maxsize if most is None else most
    while page := list(rows.filter(pk__gt=last).order_by("pk")[: min(READ_PAGE_SIZE, left)]):
        yield from page
        last, left = page[-1].pk, left - len(page)


@contextmanager
def shared_locks(some: Iterable[SubmissionIndex]) -> Iterator[dict[str, SearchUnavailable]]:
    """Hold the shared locks of these indices; yield SearchUnavailable by name for the unavailable ones."""
    unavailable = {}
    with ExitStack() as stack:
        for index in some:
            try:
                stack.enter_context(index.engine.shared_lock())
            except SearchUnavailable as error:
                unavailable[index.name] = error
        yield unavailable

"""The two indices: what officers may find, and the sealed originals that nobody finds but the privacy role."""

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
    """An engine, and what it should hold of the submissions that it is told of.

    The sealed one is told of every submission that was ever redacted and of no other: enough for a late write of an
    older version to lose, and no second copy of the list of all submissions.
    """

    name: str
    engine: Engine
    documents: Callable[[Sequence[Submission]], Iterable[Document | None]]
    redacted_only: bool = False

    def select_rows(self, submissions):
        """Select the rows that this index is told of, with what their documents are made of."""
        found = with_document_fields(submissions)
        return found.filter(ever_redacted=True) if self.redacted_only else found

    def rows_with_documents(self, rows: Iterable[Submission]) -> Iterator[tuple[Submission, Document | None]]:
        """Return every row with its document, a batch at a time."""
        remaining = iter(rows)
        while some := list(islice(remaining, DOCUMENT_BATCH_SIZE)):
            yield from zip(some, self.documents(some), strict=True)

    def changes(self, rows: Iterable[Submission]) -> Iterator[DocumentChange]:
        """Return what the engine has to be told of such rows, made as it is asked for."""
        return (document or Deletion(row.pk, row.version) for row, document in self.rows_with_documents(rows))

    def write(self, rows: Iterable[Submission]) -> dict[int, str]:
        """Tell the engine of such rows; return what it refuses, with reasons."""
        return self.engine.write(self.changes(rows))

    def new_generation(self) -> Self:
        """Start an empty index beside this one."""
        return replace(self, engine=self.engine.new_generation())


def open_index() -> SubmissionIndex:
    """Return the index of what officers may find."""
    return SubmissionIndex("open", get_engine(), lambda rows: [build_document(row) for row in rows])


def sealed_index() -> SubmissionIndex:
    """Return the index of the sealed originals."""
    return SubmissionIndex("sealed", get_sealed_engine(), build_sealed_documents, redacted_only=True)


def both_indices() -> tuple[SubmissionIndex, SubmissionIndex]:
    """Return both."""
    return open_index(), sealed_index()


def relay_batch_size(index: SubmissionIndex) -> int:
    """Return how many rows are sent together: many keep a server busy, few let others write a file."""
    return DOCUMENT_BATCH_SIZE if index.engine.embedded else 10 * READ_PAGE_SIZE


def read_in_id_order(rows, most: int | None = None) -> Iterator[Submission]:
    """Read rows in the order of their ids, a page at a time as they are asked for; nothing is open in between."""
    last, left = 0, maxsize if most is None else most
    while page := list(rows.filter(pk__gt=last).order_by("pk")[: min(READ_PAGE_SIZE, left)]):
        yield from page
        last, left = page[-1].pk, left - len(page)


@contextmanager
def shared_locks(some: Iterable[SubmissionIndex]) -> Iterator[dict[str, SearchUnavailable]]:
    """Keep a rebuild from swapping any of these meanwhile; give the names of those that are away, with the reasons."""
    away = {}
    with ExitStack() as stack:
        for index in some:
            try:
                stack.enter_context(index.engine.shared_lock())
            except SearchUnavailable as error:
                away[index.name] = error
        yield away

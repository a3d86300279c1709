"""The two indices: what officers may find, and the sealed originals that nobody finds but the privacy role."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import Self

from consultations.models import Submission
from search.documents import sealed_documents, to_document, with_texts
from search.engines import Engine, engine, sealed_engine
from search.engines.document import Document
from search.query import SearchUnavailable

BATCH = 500
Changes = tuple[list[Document], dict[int, int]]


@dataclass(frozen=True, slots=True)
class Index:
    """An engine, and what it should hold of the submissions that it is told of.

    The sealed one is told of every submission that was ever redacted and of no other: enough for a late write of an
    older version to lose, and no second copy of the list of all submissions.
    """

    name: str
    engine: Engine
    documents: Callable[[Sequence[Submission]], Iterable[Document | None]]
    redacted_only: bool = False

    def rows(self, submissions):
        """Select the rows that this index is told of, with what their documents are made of."""
        found = with_texts(submissions)
        return found.filter(ever_redacted=True) if self.redacted_only else found

    def pairs(self, submissions) -> Iterator[tuple[Submission, Document | None]]:
        """Return every row with its document, a batch at a time."""
        rows = self.rows(submissions).order_by().iterator(chunk_size=2 * BATCH)
        while some := list(islice(rows, 2 * BATCH)):
            yield from zip(some, self.documents(some), strict=True)

    def told(self, rows: Iterable[Submission]) -> list[Submission]:
        """Return those rows that this index is told of."""
        return [row for row in rows if row.ever_redacted or not self.redacted_only]

    def write(self, rows: Sequence[Submission]) -> dict[int, str]:
        """Tell the engine of such rows; return what it refuses, with reasons."""
        return self.engine.write(*self.changes(rows)) if rows else {}

    def changes(self, rows: Sequence[Submission]) -> Changes:
        """Return what the engine has to be told of these rows: documents, and deletions with their versions."""
        made = list(zip(rows, self.documents(rows), strict=True))
        return [each for _row, each in made if each], {row.pk: row.version for row, each in made if not each}

    def fresh(self) -> Self:
        """Start an empty index beside this one."""
        return replace(self, engine=self.engine.fresh())


def open_index() -> Index:
    """Return the index of what officers may find."""
    return Index("open", engine(), lambda rows: [to_document(row) for row in rows])


def sealed_index() -> Index:
    """Return the index of the sealed originals."""
    return Index("sealed", sealed_engine(), sealed_documents, redacted_only=True)


def indices() -> tuple[Index, Index]:
    """Return both."""
    return open_index(), sealed_index()


def batch(index: Index) -> int:
    """Return how many rows are read and sent together: many keep a server busy, few let others write a file."""
    return BATCH if index.engine.embedded else 10 * BATCH


@contextmanager
def steady(some: Iterable[Index]) -> Iterator[dict[str, SearchUnavailable]]:
    """Keep a rebuild from swapping any of these meanwhile; give the names of those that are away, with the reasons."""
    away = {}
    with ExitStack() as stack:
        for index in some:
            try:
                stack.enter_context(index.engine.steady())
            except SearchUnavailable as error:
                away[index.name] = error
        yield away

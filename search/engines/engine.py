"""The interface that both search engines implement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol, Self

from search.engines.document import DocumentChange
from search.language.query import Query, SearchResult

CHECKSUM_BUCKETS = 256


class GenerationMark(NamedTuple):
    """The name that a generation keeps for good, and the number of writes that it has taken.

    An older copy of a file has the same name and fewer writes. A server gives an index that was put back a new name,
    and counts no writes.
    """

    generation: str
    writes: int


class Engine(Protocol):
    """An index of documents.

    Every write carries the submission's version: an older version never overwrites a newer one, an equal one does (a
    repair). Every method raises ``SearchUnavailable`` when the index cannot be reached.
    """

    #: Whether writing is so cheap that readers may bring the index up to date themselves.
    embedded: bool

    def write(self, changes: Iterable[DocumentChange]) -> dict[int, str]:
        """Store documents and apply deletions durably; return the reasons of refusals by id.

        The iterable is consumed while earlier batches are being sent. The generations that get a batch are looked up
        only after the batch was read: a rebuild relies on this order.
        """

    def search(self, query: Query) -> SearchResult:
        """Run a query; return one page.

        Totals, facets and months count all hits. ``collapse`` changes only the page: it holds the first hit of each
        letter in the sort order, with its number of copies.
        """

    def iterate(self, query: Query) -> Iterator[int]:
        """Return the ids of all hits in sort order, from one state of the index; copies of a letter included."""

    def similar(self, id_: int, scope: Mapping[str, tuple[str, ...]], limit: int) -> list[int]:
        """Return ids of similar texts in scope, most similar first; one per letter, none of the text's own letter."""

    def typical(self, query: Query, limit: int) -> list[tuple[str, int]]:
        """Return (word, hits with the word) for words typical of the hits compared with the rest of the scope.

        Only documents in scope are counted, so no word from outside can appear.
        """

    def spellings(self, word: str, limit: int) -> list[str]:
        """Return indexed words with a similar spelling; they may lie outside the scope: search before showing one."""

    def bucket_totals(self) -> dict[int, tuple[int, int]]:
        """Return (number of documents, sum of checksums) by bucket; the bucket is id modulo ``CHECKSUM_BUCKETS``."""

    def bucket_checksums(self, bucket: int) -> dict[int, int]:
        """Return the checksum of every document in a bucket, by id."""

    def versions(self) -> dict[int, int]:
        """Return the version of everything ever written, by id; deletions included."""

    def generation_mark(self) -> GenerationMark:
        """Return the mark of the generation in use, which is created on a new site; "" and 0 where none can be."""

    def info(self) -> dict[str, str]:
        """Return facts for the status page: "engine" and "generation" at least."""

    def shared_lock(self) -> AbstractContextManager[None]:
        """Keep a rebuild from swapping the index between a write and the note of it in the database."""

    def exclusive_lock(self) -> AbstractContextManager[None]:
        """Wait for all holders of ``shared_lock``, and keep new ones out."""

    def delete_retired(self) -> list[str]:
        """Delete the generations that were replaced a day ago; return their names."""

    def purge(self) -> None:
        """Take the words of deleted documents out of the files: an index only marks them as deleted at first."""

    def rebuild_lock(self) -> AbstractContextManager[None]:
        """Raise SearchUnavailable while another rebuild runs."""

    def new_generation(self) -> Self:
        """Create an empty index next to this one."""

    def swap(self, fresh: Self) -> None:
        """Replace this index with a filled generation; the caller holds ``exclusive_lock``."""

    def discard(self) -> None:
        """Delete a generation that was never put in use."""

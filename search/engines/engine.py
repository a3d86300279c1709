"""The interface of a search engine: an index of documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Protocol, Self

from search.engines.document import DocumentChange
from search.language.query import Query, SearchResult

CHECKSUM_BUCKETS = 256


class Engine(Protocol):
    """An index of documents.

    Every write carries the version of its submission; an older version never overwrites a newer one, and an
    equal one does (a repair). Every method raises ``SearchUnavailable`` when the index cannot be reached.
    """

    #: Whether writing is so cheap that readers may bring the index up to date themselves.
    embedded: bool

    def write(self, changes: Iterable[DocumentChange]) -> dict[int, str]:
        """Store documents and delete others, durable on return; return by id what it refuses, with reasons.

        Changes are asked for while earlier ones are on their way; which generations one goes to is looked up only
        once it was asked for.
        """

    def search(self, query: Query) -> SearchResult:
        """Answer one query with one page.

        Total, people, distinct letters, facets and months count every hit. ``collapse`` changes the page only: it
        holds the first hit of each letter in the order asked for, with the number of its hits as ``copies``.
        """

    def iterate(self, query: Query) -> Iterator[int]:
        """Return the ids of all hits in the order asked for, as they stand now; copies of a letter, too."""

    def similar(self, id_: int, scope: Mapping[str, tuple[str, ...]], limit: int) -> list[int]:
        """Return ids within a scope whose texts say much the same, most alike first; no copies of the same letter."""

    def typical(self, query: Query, limit: int) -> list[tuple[str, int]]:
        """Return words typical of the hits against the rest of the scope, each with the hits that hold it.

        Nothing outside the scope is counted, so no word can come from there.
        """

    def spellings(self, word: str, limit: int) -> list[str]:
        """Return words of the index that are spelt nearly so; whoever shows one has to find it in scope first."""

    def bucket_totals(self) -> dict[int, tuple[int, int]]:
        """Return for each bucket (id % 256) the number of documents and the sum of their checksums."""

    def bucket_checksums(self, bucket: int) -> dict[int, int]:
        """Return the checksum of every document in one bucket."""

    def versions(self) -> dict[int, int]:
        """Return the version of everything ever written, deletions too."""

    def info(self) -> dict[str, str]:
        """Return what people who run the site want to know: "engine" and "generation" at least."""

    def shared_lock(self) -> AbstractContextManager[None]:
        """Keep a rebuild from swapping the index between a write and the note that it was made."""

    def exclusive_lock(self) -> AbstractContextManager[None]:
        """Wait until nobody is inside ``steady``, and keep them out."""

    def rebuild_lock(self) -> AbstractContextManager[None]:
        """Refuse a second rebuild at the same time."""

    def new_generation(self) -> Self:
        """Start an empty index beside this one."""

    def swap(self, fresh: Self) -> None:
        """Put a fresh index in the place of this one, inside ``exclusive``."""

    def discard(self) -> None:
        """Throw away an index that never came into use."""

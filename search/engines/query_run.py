"""One query against one state of the embedded index."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from search.engines.columns import Columns, Numbers, distinct
from search.engines.packing import (
    ANY_ID,
    ANY_SHAPE,
    ID_BITS,
    LAST_KEY,
    SHAPE_BITS,
    TO_MONTH,
    month_name,
    month_number,
    pack,
)
from search.engines.tally import Shape, Tally
from search.language.analysis import forms, stems
from search.language.query import And, Hit, Node, Not, Or, Phrase, Query, UnscopedQuery, Word
from search.language.snippets import Marker

EVERY = "\ue002"  # Stands in every document, between title and text, where no word can be.
RANK = "bm25(words, 4.0, 1.0, 1.0)"


def match(node: Node, languages: Sequence[str]) -> str:
    """Write a parsed query in SQLite's own language; only quoted words of ours get there.

    The columns stand on every leaf: one column list around a whole expression would empty nested ones.
    """
    match node:
        case Word(text):
            found = " OR ".join(f'"{one}"' for one in stems(forms(text)[0], languages))
            return f"{{title text}} : ({found})"
        case Phrase(text, prefix):
            return f'exact : "{" ".join(forms(text))}"{" *" if prefix else ""}'
        case Or(nodes):
            return "(" + " OR ".join(match(inner, languages) for inner in nodes) + ")"
        case Not(inner):
            return f'(exact : "{EVERY}" NOT {match(inner, languages)})'
        case And(nodes):
            wanted = [match(inner, languages) for inner in nodes if not isinstance(inner, Not)]
            left = f"({' AND '.join(wanted)})" if wanted else f'exact : "{EVERY}"'
            for inner in nodes:
                if isinstance(inner, Not):
                    left = f"({left} NOT {match(inner.node, languages)})"
            return left


class Hits(NamedTuple):
    """Ids with what puts them in order, smallest first."""

    ids: Numbers
    first: Any
    second: Numbers

    def only(self, which: Any) -> Hits:
        """Return some of them, by mask or by place."""
        return Hits(*(column[which] for column in self))

    def in_order(self, end: int | None = None) -> Hits:
        """Return them in order; with ``end``, no more than the page that ends there needs."""
        hits = self
        if end is not None and end < len(self.ids):
            hits = self.only(self.first <= np.partition(self.first, end - 1)[end - 1])
        return hits.only(np.lexsort((hits.second, hits.first))[:end])

    def one_each(self, letters: Numbers) -> Hits:
        """Return the first hit of every letter; only what stands there more than once has to be sorted."""
        again = np.bincount(letters)[letters] > 1
        several = np.flatnonzero(again)
        several = several[np.lexsort((self.second[again], self.first[again]))]
        _letters, firsts = np.unique(letters[several], return_index=True)
        return self.only(np.concatenate((np.flatnonzero(~again), several[firsts])))


class Pick:
    """One query against one state of the index: matched once, then counted and ordered in memory."""

    def __init__(self, db: sqlite3.Connection, query: Query, shapes: Mapping[int, Shape], columns: Columns):
        if query.must is None:
            raise UnscopedQuery("A query needs the scope of whoever asks.")
        self.db, self.query, self.columns = db, query, columns
        self.languages = sorted({shape.language for shape in shapes.values()})
        self.match = match(query.node, self.languages) if query.node else None
        keys = self._matching()
        self.tally = Tally(query, shapes, _groups(keys))
        self.keys = keys[self._chosen(keys)]
        self.ids = self.keys & ANY_ID

    def _matching(self) -> Numbers:
        """Return the row numbers of all that matches, whatever is ticked and whoever asks."""
        source, values = self._source()
        rows = self.db.execute(f"SELECT rowid FROM {source}", values)
        return self._listed(np.fromiter(chain.from_iterable(rows), np.int64))

    def _source(self) -> tuple[str, list[Any]]:
        """Return the FROM and WHERE that yield row numbers between two days."""
        low = pack(self.query.since, 0, 0) if self.query.since else 0
        high = pack(self.query.until, ANY_SHAPE, ANY_ID) if self.query.until else LAST_KEY
        if self.match:
            return "words WHERE words MATCH ? AND rowid BETWEEN ? AND ?", [self.match, low, high]
        return "documents WHERE rowid BETWEEN ? AND ?", [low, high]

    def _listed(self, keys: Numbers) -> Numbers:
        """Keep what is among the ids asked for and answers as asked, and drop what is among those to leave out."""
        if self.query.among is not None:
            keys = keys[np.isin(keys & ANY_ID, np.array(self.query.among, np.int64))]
        if self.query.without:
            keys = keys[~np.isin(keys & ANY_ID, np.array(self.query.without, np.int64))]
        for answers in self.query.alternatives:
            keys = keys[np.isin(keys & ANY_ID, self._answering(answers))]
        return keys

    def _answering(self, answers: tuple[str, ...]) -> Numbers:
        """Return the ids with any of these answers."""
        marks = ",".join("?" * len(answers))
        rows = self.db.execute(f"SELECT id FROM answers WHERE answer IN ({marks})", answers)
        return np.fromiter(chain.from_iterable(rows), np.int64)

    def _chosen(self, keys: Numbers) -> Any:
        """Mark the row numbers in scope that pass everything ticked."""
        allowed = np.zeros(ANY_SHAPE + 1, bool)
        allowed[self.tally.chosen_shapes] = True
        chosen = allowed[_shapes(keys)]
        if self.tally.ticked_months is not None:
            chosen &= np.isin(keys >> TO_MONTH, [month_number(month) for month in self.tally.ticked_months])
        return chosen

    @property
    def people(self) -> int:
        """Return how many people the hits come from."""
        return distinct(self.columns.person[self.ids])

    @property
    def distinct(self) -> int:
        """Return how many different letters the hits are."""
        return distinct(self.columns.letter[self.ids])

    def page(self) -> tuple[Hit, ...]:
        """Return the hits of the page asked for, with title and snippet."""
        hits, letters = self._hits(), self.columns.letter[self.ids]
        if self.query.collapse and len(letters):
            hits, copies = hits.one_each(letters), np.bincount(letters)
        start, end = self.query.start, self.query.start + self.query.size
        shown = hits.in_order(end).only(slice(start, end)) if start < len(hits.ids) else hits.only(slice(0))
        marker = Marker.of(self.query.node, self.languages)
        return tuple(
            self._hit(id_, score, marker, int(copies[self.columns.letter[id_]]) if self.query.collapse else 1)
            for id_, score in zip(shown.ids.tolist(), self._scores(shown), strict=True)
        )

    def all(self) -> Numbers:
        """Return the ids of every hit in order, copies of a letter too."""
        return self._hits().in_order().ids

    @property
    def ranked(self) -> bool:
        """Return whether the best match comes first."""
        return self.query.sort == "relevance" and self.match is not None

    def _hits(self) -> Hits:
        """Return all hits with what they are ordered by."""
        if self.ranked:
            return Hits(self.ids, -self._relevance(), -self.keys)
        received = self.columns.received[self.ids]
        return (
            Hits(self.ids, received, self.ids) if self.query.sort == "oldest" else Hits(self.ids, -received, -self.ids)
        )

    def _relevance(self) -> Any:
        """Return the score of each hit."""
        source, values = self._source()
        shapes = ",".join(map(str, self.tally.chosen_shapes))
        chosen = f"{source} AND (rowid >> {ID_BITS} & {ANY_SHAPE}) IN ({shapes})"
        rows = self.db.execute(f"SELECT rowid, -{RANK} FROM {chosen}", values).fetchall()
        keys = np.array([key for key, _score in rows], np.int64)
        scores = np.array([score for _key, score in rows], np.float64)
        return scores[np.isin(keys, self.keys)]  # both come in the order of row numbers

    def _scores(self, hits: Hits) -> list[float]:
        return (-hits.first).tolist() if self.ranked else [0.0] * len(hits.ids)

    def _hit(self, id_: int, score: float, marker: Marker, copies: int) -> Hit:
        title, text, language = self.db.execute(
            "SELECT title, text, language FROM texts WHERE id = ?", (id_,)
        ).fetchone()
        return Hit(id_, score, marker.title(title, language), marker.snippet(text, language), copies)


def _shapes(keys: Numbers) -> Numbers:
    return keys >> ID_BITS & ANY_SHAPE


def _groups(keys: Numbers) -> dict[tuple[str, int], int]:
    """Count the row numbers of each month and shape."""
    groups, counts = np.unique(keys >> TO_MONTH << SHAPE_BITS | _shapes(keys), return_counts=True)
    pairs = zip(groups.tolist(), counts.tolist(), strict=True)
    return {(month_name(group >> SHAPE_BITS), group & ANY_SHAPE): count for group, count in pairs}

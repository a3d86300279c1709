"""One run of a query on one state of the embedded index."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from search.engines.columns import DocumentColumns, IntArray, count_distinct
from search.engines.packing import (
    ID_BITS,
    ID_MASK,
    MAX_KEY,
    MONTH_SHIFT,
    SHAPE_BITS,
    SHAPE_MASK,
    month_to_number,
    number_to_month,
    pack_key,
)
from search.engines.tally import FacetShape, FacetTally
from search.language.analysis import word_forms
from search.language.query import And, Hit, Node, Not, Nothing, Or, Phrase, Query, Reference, UnscopedQuery, Word
from search.language.references import reference_token
from search.language.snippets import Highlighter
from search.language.stemming import possible_stems

MATCH_ALL_TOKEN = "\ue002"  # noqa: S105  in every document, between title and text, where no word can be
BM25_SQL = "bm25(words, 4.0, 1.0, 1.0)"


def fts5_expression(node: Node, languages: Sequence[str]) -> str:
    """Translate a parsed query into an FTS5 expression; it holds only quoted words of ``word_forms``."""
    match node:
        case Word(text):
            found = " OR ".join(f'"{one}"' for one in possible_stems(word_forms(text)[0], languages))
            return f"{{title text}} : ({found})"
        case Phrase(text, prefix):
            return f'exact : "{" ".join(word_forms(text))}"{" *" if prefix else ""}'
        case Reference(reference):
            return f'exact : "{reference_token(reference)}"'
        case Nothing():
            return f'(exact : "{MATCH_ALL_TOKEN}" NOT exact : "{MATCH_ALL_TOKEN}")'
        case Or(nodes):
            return "(" + " OR ".join(fts5_expression(inner, languages) for inner in nodes) + ")"
        case Not(inner):
            return f'(exact : "{MATCH_ALL_TOKEN}" NOT {fts5_expression(inner, languages)})'
        case And(nodes):
            wanted = [fts5_expression(inner, languages) for inner in nodes if not isinstance(inner, Not)]
            left = f"({' AND '.join(wanted)})" if wanted else f'exact : "{MATCH_ALL_TOKEN}"'
            for inner in nodes:
                if isinstance(inner, Not):
                    left = f"({left} NOT {fts5_expression(inner.node, languages)})"
            return left


class OrderedHits(NamedTuple):
    """Ids with two sort keys, ascending."""

    ids: IntArray
    first: Any
    second: IntArray

    def select(self, which: Any) -> OrderedHits:
        """Return the hits of a mask, slice or index array."""
        return OrderedHits(*(column[which] for column in self))

    def sorted_by_keys(self, end: int | None = None) -> OrderedHits:
        """Return the hits in order; with ``end``, only the first ``end`` hits."""
        hits = self
        if end is not None and end < len(self.ids):
            hits = self.select(self.first <= np.partition(self.first, end - 1)[end - 1])
        return hits.select(np.lexsort((hits.second, hits.first))[:end])

    def first_of_each_letter(self, letters: IntArray) -> OrderedHits:
        """Return the first hit of every letter; only letters with several hits need sorting."""
        again = np.bincount(letters)[letters] > 1
        several = np.flatnonzero(again)
        several = several[np.lexsort((self.second[again], self.first[again]))]
        _letters, firsts = np.unique(letters[several], return_index=True)
        return self.select(np.concatenate((np.flatnonzero(~again), several[firsts])))


class QueryRun:
    """One query on one state of the index: matched once in SQLite, then counted and sorted in memory."""

    def __init__(
        self, db: sqlite3.Connection, query: Query, shapes: Mapping[int, FacetShape], columns: DocumentColumns
    ):
        if query.scope is None:
            raise UnscopedQuery("A query needs the scope of whoever asks.")
        self.db, self.query, self.columns = db, query, columns
        self.languages = sorted({shape.language for shape in shapes.values()})
        self.match = fts5_expression(query.node, self.languages) if query.node else None
        keys = self._match_rows()
        self.tally = FacetTally(query, shapes, _groups(keys))
        self.keys = keys[self._mask_of_chosen(keys)]
        self.ids = self.keys & ID_MASK

    def _match_rows(self) -> IntArray:
        """Return the row numbers that match the words, days, ids and answers, before scope and facets."""
        source, values = self._source()
        rows = self.db.execute(f"SELECT rowid FROM {source}", values)
        return self._apply_ids_and_answers(np.fromiter(chain.from_iterable(rows), np.int64))

    def _source(self) -> tuple[str, list[Any]]:
        """Return the FROM and WHERE clause that yields row numbers, with its parameters."""
        low = pack_key(self.query.since, 0, 0) if self.query.since else 0
        high = pack_key(self.query.until, SHAPE_MASK, ID_MASK) if self.query.until else MAX_KEY
        if self.match:
            return "words WHERE words MATCH ? AND rowid BETWEEN ? AND ?", [self.match, low, high]
        return "documents WHERE rowid BETWEEN ? AND ?", [low, high]

    def _apply_ids_and_answers(self, keys: IntArray) -> IntArray:
        """Keep the row numbers permitted by ``only_ids``, ``excluded_ids`` and the ticked answers."""
        if self.query.only_ids is not None:
            keys = keys[np.isin(keys & ID_MASK, np.array(self.query.only_ids, np.int64))]
        if self.query.excluded_ids:
            keys = keys[~np.isin(keys & ID_MASK, np.array(self.query.excluded_ids, np.int64))]
        for answers in self.query.answers_by_question:
            keys = keys[np.isin(keys & ID_MASK, self._ids_with_answers(answers))]
        return keys

    def _ids_with_answers(self, answers: tuple[str, ...]) -> IntArray:
        """Return the ids with any of these answers."""
        marks = ",".join("?" * len(answers))
        rows = self.db.execute(f"SELECT id FROM answers WHERE answer IN ({marks})", answers)
        return np.fromiter(chain.from_iterable(rows), np.int64)

    def _mask_of_chosen(self, keys: IntArray) -> Any:
        """Return a mask of the row numbers in scope that pass every ticked facet."""
        allowed = np.zeros(SHAPE_MASK + 1, bool)
        allowed[self.tally.chosen_shapes] = True
        chosen = allowed[_shapes(keys)]
        if self.tally.ticked_months is not None:
            chosen &= np.isin(keys >> MONTH_SHIFT, [month_to_number(month) for month in self.tally.ticked_months])
        return chosen

    @property
    def people(self) -> int:
        """Return the number of distinct senders of the hits."""
        return count_distinct(self.columns.person[self.ids])

    @property
    def distinct_texts(self) -> int:
        """Return the number of distinct letters among the hits."""
        return count_distinct(self.columns.letter[self.ids])

    def page_hits(self) -> tuple[Hit, ...]:
        """Return the hits of the requested page, with highlighted title and snippet."""
        hits, letters = self._hits(), self.columns.letter[self.ids]
        if self.query.collapse and len(letters):
            hits, copies = hits.first_of_each_letter(letters), np.bincount(letters)
        start, end = self.query.offset, self.query.offset + self.query.size
        shown = hits.sorted_by_keys(end).select(slice(start, end)) if start < len(hits.ids) else hits.select(slice(0))
        highlighter = Highlighter.for_query(self.query.node, self.languages)
        return tuple(
            self._hit(id_, score, highlighter, int(copies[self.columns.letter[id_]]) if self.query.collapse else 1)
            for id_, score in zip(shown.ids.tolist(), self._scores(shown), strict=True)
        )

    def all_ids(self) -> IntArray:
        """Return the ids of all hits in sort order, copies of a letter included."""
        return self._hits().sorted_by_keys().ids

    @property
    def is_ranked(self) -> bool:
        """Return whether the best match comes first."""
        return self.query.sort == "relevance" and self.match is not None

    def _hits(self) -> OrderedHits:
        """Return all hits with their sort keys."""
        if self.is_ranked:
            return OrderedHits(self.ids, -self._relevance(), -self.keys)
        received = self.columns.received[self.ids]
        return (
            OrderedHits(self.ids, received, self.ids)
            if self.query.sort == "oldest"
            else OrderedHits(self.ids, -received, -self.ids)
        )

    def _relevance(self) -> Any:
        """Return the BM25 score of each hit."""
        source, values = self._source()
        shapes = ",".join(map(str, self.tally.chosen_shapes))
        chosen = f"{source} AND (rowid >> {ID_BITS} & {SHAPE_MASK}) IN ({shapes})"
        rows = self.db.execute(f"SELECT rowid, -{BM25_SQL} FROM {chosen}", values).fetchall()
        keys = np.array([key for key, _score in rows], np.int64)
        scores = np.array([score for _key, score in rows], np.float64)
        return scores[np.isin(keys, self.keys)]  # both come in the order of row numbers

    def _scores(self, hits: OrderedHits) -> list[float]:
        return (-hits.first).tolist() if self.is_ranked else [0.0] * len(hits.ids)

    def _hit(self, id_: int, score: float, highlighter: Highlighter, copies: int) -> Hit:
        title, text, language = self.db.execute(
            "SELECT title, text, language FROM texts WHERE id = ?", (id_,)
        ).fetchone()
        return Hit(id_, score, highlighter.highlight(title, language), highlighter.snippet(text, language), copies)


def _shapes(keys: IntArray) -> IntArray:
    return keys >> ID_BITS & SHAPE_MASK


def _groups(keys: IntArray) -> dict[tuple[str, int], int]:
    """Count row numbers by (month, shape number)."""
    groups, counts = np.unique(keys >> MONTH_SHIFT << SHAPE_BITS | _shapes(keys), return_counts=True)
    pairs = zip(groups.tolist(), counts.tolist(), strict=True)
    return {(number_to_month(group >> SHAPE_BITS), group & SHAPE_MASK): count for group, count in pairs}

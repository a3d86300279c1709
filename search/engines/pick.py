"""One query against one state of the embedded index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from search.analysis import forms, stems
from search.engines.packing import (
    ANY_ID,
    ANY_SHAPE,
    ID_BITS,
    LAST_KEY,
    SHAPE_BITS,
    TO_MONTH,
    day_of,
    month_name,
    month_number,
    pack,
)
from search.query import And, Hit, Node, Not, Or, Phrase, Query, UnscopedQuery, Word
from search.snippets import Marker
from search.tally import Shape, Tally

ONE_DAY = timedelta(days=1)
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


def _listed(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))


def _last_day(day: date) -> date:
    """Return the last day of a month from its first."""
    return (day + 31 * ONE_DAY).replace(day=1) - ONE_DAY


class Pick:
    """One query against one state of the index: counted first, then ordered."""

    def __init__(self, db: sqlite3.Connection, query: Query, shapes: Mapping[int, Shape]):
        if query.must is None:
            raise UnscopedQuery("A query needs the scope of whoever asks.")
        self.db, self.query = db, query
        self.languages = sorted({shape.language for shape in shapes.values()})
        self.match = match(query.node, self.languages) if query.node else None
        self.tally = Tally(query, shapes, self._counted())

    def _source(self, since: date | None, until: date | None) -> tuple[str, list[Any]]:
        """Return the FROM and WHERE that yield row numbers between two days."""
        low = pack(since, 0, 0) if since else 0
        high = pack(until, ANY_SHAPE, ANY_ID) if until else LAST_KEY
        if self.match:
            return "words WHERE words MATCH ? AND rowid BETWEEN ? AND ?", [self.match, low, high]
        return "documents WHERE rowid BETWEEN ? AND ?", [low, high]

    def _chosen(self, since: date | None, until: date | None) -> tuple[str, list[Any]]:
        """Return the FROM and WHERE of what is in scope and ticked; the lists are our own numbers."""
        source, values = self._source(since, until)
        source += f" AND (rowid >> {ID_BITS} & {ANY_SHAPE}) IN ({_listed(self.tally.chosen_shapes)})"
        if self.tally.ticked_months is not None:
            source += f" AND (rowid >> {TO_MONTH}) IN ({_listed(map(month_number, self.tally.ticked_months))})"
        return source, values

    def _counted(self) -> dict[tuple[str, int], int]:
        """Count the hits of each month and shape, whatever is ticked."""
        source, values = self._source(self.query.since, self.query.until)
        group = f"(rowid >> {TO_MONTH} << {SHAPE_BITS}) | (rowid >> {ID_BITS} & {ANY_SHAPE})"
        rows = self.db.execute(f"SELECT {group}, count(*) FROM {source} GROUP BY 1", values).fetchall()
        months = {number: month_name(number) for number in {group >> SHAPE_BITS for group, _count in rows}}
        return {(months[group >> SHAPE_BITS], group & ANY_SHAPE): count for group, count in rows}

    def page(self) -> tuple[Hit, ...]:
        """Return the hits of the page asked for, with title and snippet."""
        marker = Marker.of(self.query.node, self.languages)
        return tuple(self._hit(id_, score, marker) for id_, score in self._page())

    def _page(self) -> Iterable[tuple[int, float]]:
        if self.query.start >= self.tally.total:
            return []
        if self.query.sort == "relevance" and self.match:
            return self._ranked(self.query.size, self.query.start)
        first, last, passed = self._days_of_page()
        return self._by_time(min(first, last), max(first, last), self.query.size, self.query.start - passed)

    def _days_of_page(self) -> tuple[date, date, int]:
        """Return the days that hold the page's first and last hit, and how many hits come before the first day.

        The tally knows the months; within them, the text index yields row numbers in order without sorting.
        """
        months = self.tally.months_of_page(self.query.start, self.query.size, newest_first=self.order == "DESC")
        ends = self.query.start, min(self.query.start + self.query.size, self.tally.total) - 1
        source, values = self._chosen(*self._within(months.earliest, months.latest))
        nth = f"SELECT rowid FROM {source} ORDER BY rowid {self.order} LIMIT 1 OFFSET ?"
        first, last = (day_of(self.db.execute(nth, [*values, end - months.passed]).fetchone()[0]) for end in ends)
        since, until = self._within(months.earliest, months.latest)
        before = (since, first - ONE_DAY) if self.order == "ASC" else (first + ONE_DAY, until)
        source, values = self._chosen(*before)
        passed: int = self.db.execute(f"SELECT count(*) FROM {source}", values).fetchone()[0]
        return first, last, months.passed + passed

    def _within(self, earliest: str, latest: str) -> tuple[date, date]:
        """Return the first and the last day of some months that the query asks for."""
        since = date.fromisoformat(f"{earliest}-01")
        until = _last_day(date.fromisoformat(f"{latest}-01"))
        return max(since, self.query.since or since), min(until, self.query.until or until)

    @property
    def order(self) -> str:
        """Return the direction of time."""
        return "ASC" if self.query.sort == "oldest" else "DESC"

    def all(self) -> Iterable[tuple[int, float]]:
        """Return every hit in order."""
        if self.query.sort == "relevance" and self.match:
            return self._ranked(-1, 0)
        return self._by_time(self.query.since, self.query.until, -1, 0)

    def _by_time(self, since: date | None, until: date | None, limit: int, offset: int) -> Iterable[tuple[int, float]]:
        source, values = self._chosen(since, until)
        return self.db.execute(
            f"SELECT id, 0.0 FROM documents WHERE key IN (SELECT rowid FROM {source}) "
            f"ORDER BY received {self.order}, id {self.order} LIMIT ? OFFSET ?",
            [*values, limit, offset],
        ).fetchall()

    def _ranked(self, limit: int, offset: int) -> Iterable[tuple[int, float]]:
        source, values = self._chosen(self.query.since, self.query.until)
        return self.db.execute(
            f"SELECT rowid & {ANY_ID}, -{RANK} FROM {source} ORDER BY {RANK}, rowid DESC LIMIT ? OFFSET ?",
            [*values, limit, offset],
        ).fetchall()

    def _hit(self, id_: int, score: float, marker: Marker) -> Hit:
        title, text, language = self.db.execute(
            "SELECT title, text, language FROM texts WHERE id = ?", (id_,)
        ).fetchone()
        return Hit(id_, score, marker.title(title, language), marker.snippet(text, language))

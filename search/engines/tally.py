"""Facet and month counts, computed from hits grouped by (month, shape)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from search.engines.document import Document
from search.language.query import FACETS, FacetCounts, Query


class FacetShape(NamedTuple):
    """One combination of the values by which submissions are counted and scoped."""

    consultation: str
    kind: str
    status: str
    language: str
    channel: str
    visibility: str

    @classmethod
    def of(cls, document: Document) -> FacetShape:
        """Return the combination of a document."""
        return cls(*(getattr(document, name) for name in cls._fields))


class FacetTally:
    """Totals and facet counts of one query, from the number of hits by (month, shape number)."""

    def __init__(self, query: Query, shapes: Mapping[int, FacetShape], groups: Mapping[tuple[str, int], int]):
        self.filters = query.filters
        self.shapes = {number: shape for number, shape in shapes.items() if _within(shape, query.scope or {})}
        self.misses = {number: self._misses(shape) for number, shape in self.shapes.items()}
        self.ticked_months = frozenset(query.filters["month"]) if query.filters.get("month") else None
        self.by_shape: Counter[int] = Counter()
        self.by_month: Counter[str] = Counter()
        chosen = set(self.chosen_shapes)
        for (month, shape), count in groups.items():
            if self.ticked_months is None or month in self.ticked_months:
                self.by_shape[shape] += count
            if shape in chosen:
                self.by_month[month] += count

    @property
    def chosen_shapes(self) -> list[int]:
        """Return the shape numbers in scope that pass every ticked facet."""
        return [number for number, missed in self.misses.items() if not missed]

    @property
    def total(self) -> int:
        """Return the number of hits with all filters applied."""
        return sum(self.by_shape[number] for number in self.chosen_shapes)

    @cached_property
    def facets(self) -> dict[str, FacetCounts]:
        """Return the counts of each facet as if none of its own values were ticked, largest first."""
        counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
        counts["month"] = self.by_month
        for number, missed in self.misses.items():
            if (count := self.by_shape[number]) and len(missed) < 2:
                for facet in missed or (f for f in FACETS if f != "month"):
                    counts[facet][getattr(self.shapes[number], facet)] += count
        return {facet: tuple(sorted(found.items(), key=_largest_first)) for facet, found in counts.items()}

    @property
    def months(self) -> FacetCounts:
        """Return the counts by month, in chronological order."""
        return tuple(sorted(self.by_month.items()))

    def _misses(self, shape: FacetShape) -> list[str]:
        """Return the ticked facets whose values a shape does not have."""
        ticked = (facet for facet in FACETS if facet != "month" and self.filters.get(facet))
        return [facet for facet in ticked if getattr(shape, facet) not in self.filters[facet]]


def _within(shape: FacetShape, scope: Mapping[str, tuple[str, ...]]) -> bool:
    """Return whether a shape lies in the scope; an empty scope permits nothing."""
    return all(getattr(shape, name) in values for name, values in scope.items())


def _largest_first(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]

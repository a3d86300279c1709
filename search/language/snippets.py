"""Show where a text was hit: marks around the words, and the stretch that says most.

Marks are two private-use characters, so that whoever prints a snippet escapes it first and swaps them after.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress, count, takewhile

from search.language.analysis import forms, places, stems, stems_in
from search.language.query import And, Node, Not, Or, Phrase, Word

BEGIN, END = "\ue000", "\ue001"
WIDTH = 260  # Characters: three lines of the hit list.
LEAD = 60
_MARKS = re.compile(f"[{BEGIN}{END}]")
_SPACE = re.compile(r"\s+")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marker:
    """Knows which words of a text a query asked for; what it asked to leave out is never marked."""

    stems: frozenset[str]
    phrases: tuple[tuple[tuple[str, ...], bool], ...]

    @classmethod
    def of(cls, node: Node | None, languages: Iterable[str]) -> Marker:
        """Collect the wanted words of a query for an index in these languages."""
        leaves, languages = list(_wanted(node)), tuple(languages)
        words = (forms(leaf.text)[0] for leaf in leaves if isinstance(leaf, Word))
        return cls(
            frozenset(found for word in words for found in stems(word, languages)),
            tuple((forms(leaf.text), leaf.prefix) for leaf in leaves if isinstance(leaf, Phrase)),
        )

    def spans(self, text: str, language: str) -> list[Span]:
        """Find the hit stretches of a text, in order and without overlap."""
        typed = forms(text)
        hits: list[tuple[int, int]] = []  # first and last word of each
        if self.stems:
            wanted = map(self.stems.__contains__, stems_in(language).all(typed))
            hits = [(place, place) for place in compress(count(), wanted)]
        for phrase, prefix in self.phrases:
            hits += [(place, place + len(phrase) - 1) for place in _starts(typed, phrase, prefix)]
        if not hits:
            return []
        at = places(text)
        return _merged([(at[first].start(), at[last].end()) for first, last in hits])

    def title(self, text: str, language: str) -> str:
        """Return the whole text with its hits marked."""
        text = _MARKS.sub(" ", text)
        return _marked(text, self.spans(text, language), 0, len(text))

    def snippet(self, text: str, language: str) -> str:
        """Return the stretch with the most hits, on one line; the beginning when nothing was hit."""
        text = _MARKS.sub(" ", text)
        spans = self.spans(text, language)
        start, end = _window(text, spans)
        body = _SPACE.sub(" ", _marked(text, spans, start, end)).strip()
        return f"{'… ' if start else ''}{body}{' …' if end < len(text) else ''}"


def _wanted(node: Node | None) -> Iterable[Word | Phrase]:
    match node:
        case Word() | Phrase():
            yield node
        case And(nodes) | Or(nodes):
            for inner in nodes:
                yield from _wanted(inner)
        case Not() | None:
            return


def _starts(typed: tuple[str, ...], phrase: tuple[str, ...], prefix: bool) -> Iterable[int]:
    """Find the places at which a phrase begins."""
    for place, form in enumerate(typed):
        if form.startswith(phrase[0]):
            *before, last = typed[place : place + len(phrase)]
            whole = last == phrase[-1] or (prefix and last.startswith(phrase[-1]))
            if whole and (*before, phrase[-1]) == phrase:
                yield place


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _window(text: str, spans: list[Span]) -> Span:
    """Choose where the snippet starts and ends, at spaces where there are any near."""
    if len(text) <= WIDTH:
        return 0, len(text)
    begins = [max(0, start - LEAD) for start, _ in spans[:200]] or [0]
    start = max(begins, key=lambda begin: (sum(begin <= s < begin + WIDTH - LEAD for s, _ in spans[:200]), -begin))
    start = min(start, len(text) - WIDTH)
    return _to_space(text, start, 1) if start else 0, _to_space(text, start + WIDTH, -1)


def _to_space(text: str, place: int, step: int) -> int:
    """Move an edge inwards to the next space, if one is within a long word's reach."""
    if place >= len(text):
        return len(text)
    run = text[place : place + 30] if step > 0 else text[place : place - 30 : -1]
    inside = len(list(takewhile(lambda c: not c.isspace(), run)))
    return place + step * inside if inside < len(run) else place


def _marked(text: str, spans: list[Span], start: int, end: int) -> str:
    pieces, at = [], start
    for begin, stop in spans:
        if begin >= start and stop <= end:
            pieces += [text[at:begin], BEGIN, text[begin:stop], END]
            at = stop
    return "".join([*pieces, text[at:end]])

"""Highlight the words of a query in a text, and cut the best snippet.

Highlights are two private-use characters: whoever prints a snippet escapes it first and replaces them afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress, count, takewhile

from search.language.analysis import word_forms, word_places
from search.language.query import And, Node, Not, Nothing, Or, Phrase, Reference, Word
from search.language.stemming import possible_stems, stem_cache

HIGHLIGHT_BEGIN, HIGHLIGHT_END = "\ue000", "\ue001"
SNIPPET_CHARACTERS = 260  # Characters: three lines of the hit list.
CONTEXT_CHARACTERS = 60
_HIGHLIGHT_CHARACTERS = re.compile(f"[{HIGHLIGHT_BEGIN}{HIGHLIGHT_END}]")
_SPACE = re.compile(r"\s+")
TextSpan = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Highlighter:
    """The words and phrases of a query that are highlighted; negated ones are not."""

    stems: frozenset[str]
    phrases: tuple[tuple[tuple[str, ...], bool], ...]

    @classmethod
    def for_query(cls, node: Node | None, languages: Iterable[str]) -> Highlighter:
        """Collect the terms of a parsed query for an index that holds these languages."""
        leaves, languages = list(_wanted_terms(node)), tuple(languages)
        words = (word_forms(leaf.text)[0] for leaf in leaves if isinstance(leaf, Word))
        return cls(
            frozenset(found for word in words for found in possible_stems(word, languages)),
            tuple((word_forms(leaf.text), leaf.prefix) for leaf in leaves if isinstance(leaf, Phrase)),
        )

    def spans(self, text: str, language: str) -> list[TextSpan]:
        """Return the (start, end) of every hit in a text, in order, without overlaps."""
        typed = word_forms(text)
        hits: list[tuple[int, int]] = []  # first and last word of each
        if self.stems:
            wanted = map(self.stems.__contains__, stem_cache(language).map(typed))
            hits = [(place, place) for place in compress(count(), wanted)]
        for phrase, prefix in self.phrases:
            hits += [(place, place + len(phrase) - 1) for place in _phrase_starts(typed, phrase, prefix)]
        if not hits:
            return []
        at = word_places(text)
        return _merge_overlaps([(at[first].start, at[last].end) for first, last in hits])

    def highlight(self, text: str, language: str) -> str:
        """Return the whole text with its hits highlighted."""
        text = _HIGHLIGHT_CHARACTERS.sub(" ", text)
        return _insert_highlights(text, self.spans(text, language), 0, len(text))

    def snippet(self, text: str, language: str) -> str:
        """Return the part of the text with the most hits, on one line; the beginning when nothing is hit."""
        text = _HIGHLIGHT_CHARACTERS.sub(" ", text)
        spans = self.spans(text, language)
        start, end = _best_window(text, spans)
        body = _SPACE.sub(" ", _insert_highlights(text, spans, start, end)).strip()
        return f"{'… ' if start else ''}{body}{' …' if end < len(text) else ''}"


def _wanted_terms(node: Node | None) -> Iterable[Word | Phrase]:
    match node:
        case Word() | Phrase():
            yield node
        case And(nodes) | Or(nodes):
            for inner in nodes:
                yield from _wanted_terms(inner)
        case Not() | Reference() | Nothing() | None:
            return


def _phrase_starts(typed: tuple[str, ...], phrase: tuple[str, ...], prefix: bool) -> Iterable[int]:
    """Yield the word positions at which a phrase begins."""
    for place, form in enumerate(typed):
        if form.startswith(phrase[0]):
            *before, last = typed[place : place + len(phrase)]
            whole = last == phrase[-1] or (prefix and last.startswith(phrase[-1]))
            if whole and (*before, phrase[-1]) == phrase:
                yield place


def _merge_overlaps(spans: list[TextSpan]) -> list[TextSpan]:
    merged: list[TextSpan] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _best_window(text: str, spans: list[TextSpan]) -> TextSpan:
    """Choose start and end of the snippet, at spaces where there are any near."""
    if len(text) <= SNIPPET_CHARACTERS:
        return 0, len(text)
    begins = [max(0, start - CONTEXT_CHARACTERS) for start, _ in spans[:200]] or [0]
    start = max(
        begins,
        key=lambda begin: (
            sum(begin <= s < begin + SNIPPET_CHARACTERS - CONTEXT_CHARACTERS for s, _ in spans[:200]),
            -begin,
        ),
    )
    start = min(start, len(text) - SNIPPET_CHARACTERS)
    return _snap_to_space(text, start, 1) if start else 0, _snap_to_space(text, start + SNIPPET_CHARACTERS, -1)


def _snap_to_space(text: str, place: int, step: int) -> int:
    """Move an edge inwards to the next space within 30 characters, if there is one."""
    if place >= len(text):
        return len(text)
    run = text[place : place + 30] if step > 0 else text[place : place - 30 : -1]
    inside = len(list(takewhile(lambda c: not c.isspace(), run)))
    return place + step * inside if inside < len(run) else place


def _insert_highlights(text: str, spans: list[TextSpan], start: int, end: int) -> str:
    pieces, at = [], start
    for begin, stop in spans:
        if begin >= start and stop <= end:
            pieces += [text[at:begin], HIGHLIGHT_BEGIN, text[begin:stop], HIGHLIGHT_END]
            at = stop
    return "".join([*pieces, text[at:end]])

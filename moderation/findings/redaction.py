"""Redaction: replaces passages of a text by labels."""

from collections.abc import Iterable
from typing import NamedTuple

REMOVED_PASSAGE_LABEL = "passage removed"


class Span(NamedTuple):
    """A passage of one field, in code points, and the label that replaces it."""

    field: str
    start: int
    end: int
    label: str = REMOVED_PASSAGE_LABEL


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans of one field in order; overlapping spans are merged under the first one's label."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if result and span.start < result[-1].end:
            last = result.pop()
            span = last._replace(end=max(last.end, span.end))
        result.append(span)
    return result


def redacted(text: str, spans: Iterable[Span]) -> str:
    """Return the text with each span replaced by its label in square brackets."""
    pieces, place = [], 0
    for span in merged(spans):
        if not 0 <= span.start < span.end <= len(text):
            raise ValueError(f"The passage {span.start}–{span.end} is outside the text.")
        pieces += [text[place : span.start], f"[{span.label}]"]
        place = span.end
    return "".join([*pieces, text[place:]])


def occurrences(text: str, passage: str) -> list[tuple[int, int]]:
    """Return all occurrences of a passage in a text."""
    found, start = [], text.find(passage)
    while passage and start >= 0:
        found.append((start, start + len(passage)))
        start = text.find(passage, start + len(passage))
    return found

"""Redaction: replaces passages of a text by labels."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

REMOVED_PASSAGE_LABEL = "passage removed"
REMOVED_NAME_LABEL = _("name removed")
SELECTED_PLACE = re.compile(r"([a-z]+):([0-9]{1,7}):([0-9]{1,7}):(.+)", re.DOTALL)
UNSPACED_SCRIPTS = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")  # no spaces between words


class Span(NamedTuple):
    """A passage of one field, in code points, and the label that replaces it."""

    field: str
    start: int
    end: int
    label: str = REMOVED_PASSAGE_LABEL

    def overlaps(self, other: "Span") -> bool:
        """Return whether both cover a character of the same field."""
        return self.field == other.field and self.start < other.end and other.start < self.end


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
    """Return all occurrences of a passage in a text that begin and end between words: “he” is not in “they”."""
    found, start = [], text.find(passage)
    while passage and start >= 0:
        end = start + len(passage)
        is_whole = not (splits_word(text, start) or splits_word(text, end))
        if is_whole:
            found.append((start, end))
        start = text.find(passage, end if is_whole else start + 1)
    return found


def splits_word(text: str, at: int) -> bool:
    """Return whether a cut at this place would be inside a word."""
    return 0 < at < len(text) and is_of_word(text[at - 1]) and is_of_word(text[at])


def is_of_word(character: str) -> bool:
    """Return whether a character makes words that spaces part."""
    if not (character == "_" or unicodedata.category(character)[0] in "LMN"):
        return False
    return not unicodedata.name(character, "").startswith(UNSPACED_SCRIPTS)


def selected_place(value: str, parts: Mapping[str, str]) -> Span | None:
    """Return the place that a value such as “text:12:18:harbor” names; None if those words do not stand there."""
    match = SELECTED_PLACE.fullmatch(value.replace("\r\n", "\n"))
    if not match or match[1] not in parts:
        return None
    field, start, end, words = match[1], int(match[2]), int(match[3]), match[4]
    is_there = end - start == len(words) and parts[field][start:end] == words
    return Span(field, start, end) if is_there else None

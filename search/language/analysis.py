"""Turn texts into indexed words, by the same rules for documents and for queries.

A *form* is one word without case and accents; a *stem* is shared by its grammatical forms (``stemming``).
Stop words stay: "not" decides the meaning of a submission.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import compress
from typing import NamedTuple

import snowballstemmer

from consultations.folding import IGNORABLE, IGNORED, fold_text
from search.language.stemming import WordCache

MAX_WORD_CHARACTERS = 64  # Characters of a word that count: nobody searches for a pasted key of ten thousand.
# An index made by other rules has to be rebuilt: raise the first number whenever this file or stemming.py changes
# what is found.
ANALYSIS_FINGERPRINT = (
    f"2/{snowballstemmer.__name__}/{getattr(snowballstemmer, '__version__', '3')}/{unicodedata.unidata_version}"
)

_MARKS = "".join(chr(c) for c in range(0x300, 0xFFFF) if unicodedata.category(chr(c)).startswith("M"))
# Scripts written without spaces: each character is a word of its own, and several of them make a phrase.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}][{_MARKS}]*|(?:(?![{_UNSPACED}])[^\W_]|[{_MARKS}])+")
# The same where neither those scripts nor marks are in the text, several times faster.
_PLAIN, _ASCII = re.compile(r"[^\W_]+"), re.compile(r"[A-Za-z0-9]+")
_RARE = re.compile(f"[{_UNSPACED}{_MARKS}]")
_NOT_WORD = re.compile(rf"(?:(?![{_MARKS}])[\W_])+")
# Other forms of characters of scripts without spaces: halfwidth and fullwidth, radicals, squared words.
_WIDTHS = "\u2e80-\u2fdf\u3130-\u318f\u3200-\u33ff\uff00-\uffef"
_TO_FOLD_FIRST = re.compile(f"[{IGNORED}{_WIDTHS}]")
# A word that was parted where the line ended, or a hyphen of its own that happened to stand there: nobody can tell.
_LINE_END = re.compile(rf"(?:[^\W\d_]|[{_MARKS}])([-\u2010][ \t]*\r?\n[ \t]*)(?=[^\W\d_])")


_FORMS = WordCache(lambda word: _NOT_WORD.sub("", fold_text(word))[:MAX_WORD_CHARACTERS])


class WordPlace(NamedTuple):
    """Where a word stands in a text."""

    start: int
    end: int


def _words_in(text: str) -> re.Pattern[str]:
    """Return the fastest of three equivalent word patterns for this text."""
    if text.isascii():
        return _ASCII
    return _WORD if _RARE.search(text) else _PLAIN


def word_forms(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, in order; one that is parted at a line's end comes whole, then in parts."""
    text = _folded_first(text)[0]
    if "\n" in text and _LINE_END.search(text):
        return tuple(form for form, _place in _with_joined(text))
    return tuple(filter(None, _FORMS.map(_words_in(text).findall(text))))


def word_places(text: str) -> list[WordPlace]:
    """Return where each word of ``word_forms`` stands in a text."""
    folded, origins = _folded_first(text)
    if "\n" in folded and _LINE_END.search(folded):
        places = [place for _form, place in _with_joined(folded)]
    else:
        places = [place for _form, place in _forms_and_places(folded)]
    if origins is None:
        return places
    return [WordPlace(origins[start], origins[end - 1] + 1) for start, end in places]


def _forms_and_places(text: str) -> list[tuple[str, WordPlace]]:
    found = list(_words_in(text).finditer(text))
    forms = list(_FORMS.map(each.group() for each in found))
    return [(form, WordPlace(*each.span())) for form, each in compress(zip(forms, found, strict=True), forms)]


def _with_joined(text: str) -> list[tuple[str, WordPlace]]:
    """Return forms and places; before the first part of a parted word stands the whole."""
    joints = {joint.start(1): joint.end() for joint in _LINE_END.finditer(text)}
    words = _forms_and_places(text)
    after = {place.start: (form, place) for form, place in words}
    found: list[tuple[str, WordPlace]] = []
    for form, place in words:
        second = after.get(joints.get(place.end, -1))
        if second:
            found.append((f"{form}{second[0]}"[:MAX_WORD_CHARACTERS], WordPlace(place.start, second[1].end)))
        found.append((form, place))
    return found


def _folded_first(text: str) -> tuple[str, list[int] | None]:
    """Return a text as words are cut from it, and from where each character came; None where nothing was moved.

    What draws nothing would cut words apart, and halfwidth letters would be cut by other rules than the usual ones.
    """
    if text.isascii() or not _TO_FOLD_FIRST.search(text):
        return text, None
    characters: list[str] = []
    origins: list[int] = []
    for place, character in enumerate(text):
        if IGNORABLE.match(character):
            continue
        shown = unicodedata.normalize("NFKC", character) if _TO_FOLD_FIRST.match(character) else character
        characters.append(shown)
        origins += [place] * len(shown)
    return "".join(characters), origins

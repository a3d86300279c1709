"""Turn texts into indexed words, by the same rules for documents and for queries.

A *form* is one word without case and accents; a *stem* is shared by its grammatical forms.
Stop words stay: "not" decides the meaning of a submission.
"""

from __future__ import annotations

import re
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import compress
from typing import Any

import snowballstemmer

WORD_CACHE_SIZE = 1 << 17  # words, of each kind: some 20 MB
MAX_WORD_CHARACTERS = 64  # Characters of a word that count: nobody searches for a pasted key of ten thousand.
SNOWBALL_ALGORITHMS = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "da": "danish", "nl": "dutch",
    "en": "english", "et": "estonian", "fi": "finnish", "fr": "french", "de": "german", "el": "greek",
    "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian", "lt": "lithuanian",
    "ne": "nepali", "no": "norwegian", "nb": "norwegian", "nn": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "es": "spanish", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
# What the English stemmer gets wrong among the words that consultations turn on.
IRREGULAR_STEMS = {
    "en": {
        "buses": "bus", "busses": "bus", "gases": "gas", "pluses": "plus", "children": "child", "women": "woman",
        "men": "man", "feet": "foot", "taxies": "taxi",
    }
}  # fmt: skip
# An index made by other rules has to be rebuilt: raise the first number whenever this file changes what it finds.
ANALYSIS_FINGERPRINT = (
    f"1/{snowballstemmer.__name__}/{getattr(snowballstemmer, '__version__', '3')}/{unicodedata.unidata_version}"
)

_MARKS = "".join(chr(c) for c in range(0x300, 0xFFFF) if unicodedata.category(chr(c)).startswith("M"))
# Scripts written without spaces: each character is a word of its own, and several of them make a phrase.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}][{_MARKS}]*|(?:(?![{_UNSPACED}])[^\W_]|[{_MARKS}])+")
# The same where neither those scripts nor marks are in the text, several times faster.
_PLAIN, _ASCII = re.compile(r"[^\W_]+"), re.compile(r"[A-Za-z0-9]+")
_RARE = re.compile(f"[{_UNSPACED}{_MARKS}]")
# Accents go where they are optional in practice; й and the vowel signs of Indian scripts are letters and stay.
_ACCENTS = re.compile("(?<=[a-zα-ω])[\u0300-\u036f]+|(?<=\u0435)\u0308|[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
_NOT_WORD = re.compile(rf"(?:(?![{_MARKS}])[\W_])+")


def fold_text(text: str) -> str:
    """Remove case, width and optional accents (NFKD, casefold, then NFC)."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text).casefold()))


class WordCache(dict[str, str]):
    """Cached results of a function of words. Mapping a text over the cache is several times faster than calling it."""

    def __init__(self, compute: Callable[[str], str]):
        super().__init__()
        self.compute = compute

    def __missing__(self, word: str) -> str:
        if len(self) >= WORD_CACHE_SIZE:
            self.clear()
        found = self[word] = sys.intern(self.compute(word))
        return found

    def map(self, words: Iterable[str]) -> Iterator[str]:
        """Return an iterator over the results for these words."""
        return map(self.__getitem__, words)


_FORMS = WordCache(lambda word: _NOT_WORD.sub("", fold_text(word))[:MAX_WORD_CHARACTERS])


def _words_in(text: str) -> re.Pattern[str]:
    """Return the fastest of three equivalent word patterns for this text."""
    if text.isascii():
        return _ASCII
    return _WORD if _RARE.search(text) else _PLAIN


def word_forms(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, in order."""
    return tuple(filter(None, _FORMS.map(_words_in(text).findall(text))))


def word_matches(text: str) -> list[re.Match[str]]:
    """Return one regex match for each word of ``word_forms``: the word as typed, with its start and end."""
    pattern = _words_in(text)
    found = pattern.finditer(text)
    return list(found if pattern is _ASCII else compress(found, _FORMS.map(pattern.findall(text))))


_local = threading.local()


def _stemmer(algorithm: str) -> Any:
    """Keep one stemmer a thread: a stemmer holds the word it works on."""
    if not hasattr(_local, algorithm):
        setattr(_local, algorithm, snowballstemmer.stemmer(algorithm))
    return getattr(_local, algorithm)


@lru_cache(maxsize=1 << 8)
def stem_cache(language: str) -> WordCache:
    """Return the form-to-stem cache of a language; without a stemmer for the language, each form is its own stem."""
    code = language.lower().partition("-")[0]
    algorithm, irregular = SNOWBALL_ALGORITHMS.get(code), IRREGULAR_STEMS.get(code, {})
    if algorithm is None:
        return WordCache(str)

    def made(form: str) -> str:
        form = irregular.get(form, form)
        return _stemmer(algorithm).stemWord(form) or form

    return WordCache(made)


def stem_word(form: str, language: str) -> str:
    """Return the stem of a form in one language."""
    return stem_cache(language)[form]


def possible_stems(form: str, languages: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct stems of a form in several languages, for a query whose language is unknown."""
    return tuple(dict.fromkeys(stem_word(form, language) for language in languages)) or (form,)

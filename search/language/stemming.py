"""Stems: what the grammatical forms of a word have in common, in each language.

Snowball's stemmers do most of it. What they leave together or apart among the words that consultations turn on is
mended here before they look at a form: irregular plurals in English, the plural in -s in German. Korean, which Snowball
does not know, is told from its particles.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

import snowballstemmer

WORD_CACHE_SIZE = 1 << 17  # words, of each kind: some 20 MB
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

# German words that end in -s by themselves, among those whose ending looks like that of Autos, Kameras and Shops.
GERMAN_ENDINGS_KEPT = (
    "los", "moos", "gros", "chaos", "kosmos", "gas", "glas", "gras", "was", "das", "atlas", "aas", "ananas",
    "gips", "raps", "schnaps", "kollaps", "mops", "klops", "klaps", "ps", "news",
)  # fmt: skip
GERMAN_ENDINGS_SHORTENED = ("lips", "chips", "tipps", "stopps", "apps", "shops", "jeeps", "clips", "camps", "pumps")
GERMAN_PLURALS = ("os", "as", "ys", "ws", "cs", "taxis", "azubis", "kombis", "skis", "akkus", "menus", "tabus")

GERMAN_BUSES = re.compile(r"buss(?:e|en|es)$")

# Korean particles after a noun: those that want a final consonant before them, those that want a vowel, and the rest.
AFTER_CONSONANT, AFTER_VOWEL = ("이나", "이랑", "으로", "은", "을", "과", "이"), ("랑", "는", "를", "와", "가", "나")
ANYWHERE = tuple("에서 에게 한테 까지 부터 처럼 보다 마다 조차 마저 밖에 들 에 의 도 만".split())
FIRST_SYLLABLE, LAST_SYLLABLE, FINALS = 0xAC00, 0xD7A3, 28
RIEUL = 8  # the final ㄹ, which takes 로 as a vowel does


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


_local = threading.local()


def _stemmer(algorithm: str) -> Any:
    """Keep one stemmer a thread: a stemmer holds the word it works on."""
    if not hasattr(_local, algorithm):
        setattr(_local, algorithm, snowballstemmer.stemmer(algorithm))
    return getattr(_local, algorithm)


@lru_cache(maxsize=1 << 8)
def stem_cache(language: str) -> WordCache:
    """Return the form-to-stem cache of a language; without rules for the language, each form is its own stem."""
    code = language.lower().partition("-")[0]
    if code == "ko":
        return WordCache(korean_stem)
    algorithm, irregular = SNOWBALL_ALGORITHMS.get(code), IRREGULAR_STEMS.get(code, {})
    if algorithm is None:
        return WordCache(str)
    mended = german_singular if code == "de" else str

    def made(form: str) -> str:
        form = mended(irregular.get(form, form))
        return _stemmer(algorithm).stemWord(form) or form

    return WordCache(made)


def stem_word(form: str, language: str) -> str:
    """Return the stem of a form in one language."""
    return stem_cache(language)[form]


def possible_stems(form: str, languages: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct stems of a form in several languages, for a query whose language is unknown."""
    return tuple(dict.fromkeys(stem_word(form, language) for language in languages)) or (form,)


def german_singular(form: str) -> str:
    """Return a German form as Snowball should have it: without the -s of autos, pkws and handys; bus for busse."""
    form = GERMAN_BUSES.sub("bus", form)
    if form.endswith(GERMAN_ENDINGS_SHORTENED) or (
        form.endswith(GERMAN_PLURALS) and not form.endswith(GERMAN_ENDINGS_KEPT)
    ):
        return form[:-1]
    return form


def korean_stem(form: str) -> str:
    """Return a Korean form without the particles at its end: 버스 for 버스는, 버스를, 버스에서는.

    A particle is taken off only where its sound fits what stands before it, and never leaves less than one syllable;
    a single syllable is left only by those that can hardly be part of a noun.
    """
    while shorter := _without_particle(form):
        form = shorter
    return form


def _without_particle(form: str) -> str:
    for particle in (*AFTER_CONSONANT, *AFTER_VOWEL, *ANYWHERE, "로"):
        rest = form.removesuffix(particle)
        if rest != form and rest and _takes(rest, particle):
            return rest
    return ""


def _takes(noun: str, particle: str) -> bool:
    """Return whether a particle may follow a noun."""
    last = ord(noun[-1])
    if not FIRST_SYLLABLE <= last <= LAST_SYLLABLE:
        return True  # after a number or Latin letters, how it is read decides
    if len(noun) < 2 and particle not in ("은", "을", "는", "를", "에", "에서", "에게", "으로", "까지", "부터"):
        return False
    final = (last - FIRST_SYLLABLE) % FINALS
    if particle == "로":
        return final in (0, RIEUL)
    return particle in ANYWHERE or (particle in AFTER_CONSONANT) == bool(final)

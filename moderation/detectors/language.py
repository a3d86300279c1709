"""Detects texts in languages that no moderator reads."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from moderation.detectors.registry import Context, Match, detector
from moderation.text.normalised import Text

# Scripts by the first word of their letters' names; every other language is written in Latin letters.
LANGUAGE_SCRIPTS = {
    "am": "ETHIOPIC", "ar": "ARABIC", "be": "CYRILLIC", "bg": "CYRILLIC", "bn": "BENGALI", "el": "GREEK",
    "fa": "ARABIC", "he": "HEBREW", "hi": "DEVANAGARI", "hy": "ARMENIAN", "ja": "CJK HIRAGANA KATAKANA",
    "ka": "GEORGIAN", "km": "KHMER", "ko": "HANGUL", "lo": "LAO", "mk": "CYRILLIC", "my": "MYANMAR",
    "ne": "DEVANAGARI", "pa": "GURMUKHI", "ps": "ARABIC", "ru": "CYRILLIC", "si": "SINHALA", "sr": "CYRILLIC",
    "ta": "TAMIL", "te": "TELUGU", "th": "THAI", "ti": "ETHIOPIC", "uk": "CYRILLIC", "ur": "ARABIC", "zh": "CJK",
}  # fmt: skip
MIN_SCRIPT_LETTERS = 2


def check_readable(*, readable: tuple[str, ...] = ()) -> None:
    """Raise ValueError for an unknown language code."""
    if wrong := [code for code in readable if not (len(code) in (2, 3) and code.isascii() and code.islower())]:
        raise ValueError(f"“{wrong[0]}” is no code of a language such as en")


@lru_cache(maxsize=8192)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _is_foreign(raw: str, readable: tuple[str, ...]) -> bool:
    """Say whether most letters belong to scripts that none of the languages is written in."""
    if raw.isascii():
        return False
    known = {script for code in readable for script in LANGUAGE_SCRIPTS.get(code, "LATIN").split()} | {"LATIN"}
    letters = Counter(_script(letter) for letter in raw if letter.isalpha())
    foreign = sum(count for script, count in letters.items() if script not in known)
    return foreign >= MIN_SCRIPT_LETTERS and foreign > letters.total() / 2


@detector(fields=("text",), check=check_readable)
def language(text: Text, context: Context, *, readable: tuple[str, ...] = ()) -> Iterator[Match]:
    """Find a text in another language than the moderators read, by what we think it is in and by its letters.

    `readable` takes the place of the languages in the agency's settings.
    """
    known, guessed = readable or context.readable, context.language.split("-")[0]
    if known and ((guessed and guessed not in known) or _is_foreign(text.raw, known)):
        yield Match(0, len(text.raw), "Written in a language that our moderators do not read.")

"""Texts without what people leave out when they look for words: capitals, accents, widths, signs that draw nothing."""

import re
import unicodedata
from collections.abc import Iterable

# Unicode's Default_Ignorable_Code_Point: soft hyphens, zero-width signs, marks of direction, fillers, variation
# selectors. They are in words by accident, or to hide them.
IGNORED = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
IGNORABLE = re.compile(f"[{IGNORED}]")
# Accents go where they are optional in practice; й and the vowel signs of Indian scripts are letters and stay.
_ACCENTS = re.compile("(?<=[a-zα-ω])[\u0300-\u036f]+|(?<=\u0435)\u0308|[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")


def fold_text(text: str) -> str:
    """Remove case, width, optional accents and what draws nothing (NFKD, casefold, then NFC)."""
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFKD", IGNORABLE.sub("", text)).casefold()
    return unicodedata.normalize("NFC", _ACCENTS.sub("", bare))


def ids_with_words(rows: Iterable[tuple[int, str, str]], typed: str) -> list[int]:
    """Return the ids of those (id, title, text) in which every typed word stands, also inside of others.

    Databases fold capitals of ASCII only, or as their locale has it; this is the same everywhere.
    """
    words = fold_text(typed).split()
    return [id_ for id_, *texts in rows if words and _has_all(words, fold_text("\n".join(texts)))]


def _has_all(words: list[str], text: str) -> bool:
    return all(word in text for word in words)

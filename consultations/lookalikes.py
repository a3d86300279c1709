"""Letters as they look: the plain letter behind lookalikes, accents, widths, frames and signs that draw nothing."""

import re
import unicodedata
from functools import cache

from confusable_homoglyphs import confusables

# Lookalikes are replaced in these scripts only, so that words of other scripts stay unchanged.
LOOKALIKE_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")
# Alike as capitals, or in some fonts; the list of confusable characters leaves them out.
MORE_LOOKALIKES = dict(zip("ткмнвειηκτχωβ", "tkmhbeinktxwb", strict=True))
DRESSED_LETTER = re.compile(
    r"(?:LATIN LETTER SMALL CAPITAL|"
    r"(?:PARENTHESIZED|(?:CROSSED )?(?:NEGATIVE )?(?:CIRCLED|SQUARED)) LATIN (?:SMALL|CAPITAL) LETTER|"
    r"REGIONAL INDICATOR SYMBOL LETTER)"
    r" ([A-Z])"
)
COMBINING = (range(0x300, 0x370), range(0x1AB0, 0x1B00), range(0x1DC0, 0x1E00), range(0x20D0, 0x2100))
APOSTROPHES = "’‘ʼ′＇´"
VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0x180B, 0x1810), range(0xE0100, 0xE01F0))
FILLERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and signs that draw nothing


@cache
def _lookalikes() -> dict[str, str]:
    """Map each foreign character that looks like a Latin letter to that letter."""
    found: dict[str, str] = {}
    for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ":
        for row in confusables.confusables_data.get(letter, ()):
            shape = row["c"]
            if len(shape) == 1 and unicodedata.name(shape, "").startswith(LOOKALIKE_SCRIPTS):
                found.setdefault(shape, letter.lower())
    return MORE_LOOKALIKES | {shape: letter for shape, letter in found.items() if not shape.isascii()}


def _fold_letter(character: str) -> str:
    lower = character.casefold()
    known = _lookalikes()
    return known.get(lower) or known.get(character) or lower


def _is_dropped(character: str) -> bool:
    """Say whether a character is invisible: zero-width, bidirectional control, accent on its own."""
    code = ord(character)
    return (
        unicodedata.category(character) == "Cf"
        or character in FILLERS
        or any(code in block for block in (*VARIATION_SELECTORS, *COMBINING))
    )


class _Folding(dict[int, str]):
    """A translation table that computes each character on first use and caches it."""

    def __missing__(self, code: int) -> str:
        if chr(code) in APOSTROPHES:  # before NFKC makes a space and an accent of some
            self[code] = "'"
            return "'"
        dressed = DRESSED_LETTER.fullmatch(unicodedata.name(chr(code), ""))
        compatible = dressed[1] if dressed else unicodedata.normalize("NFKC", chr(code))
        letters = "".join(_fold_letter(c) for c in compatible if not _is_dropped(c))
        bare = (c for c in unicodedata.normalize("NFD", letters) if not _is_dropped(c))
        self[code] = folded = unicodedata.normalize("NFC", "".join(bare))
        return folded


LETTER_FOLDING = _Folding()

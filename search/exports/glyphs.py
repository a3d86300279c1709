"""Characters that the installed fonts cover: a PDF with others shows boxes and is no PDF/UA."""

import subprocess
import unicodedata
from functools import cache

MISSING_GLYPH = "\ufffd"
# Joiners, marks of direction and variation selectors are obeyed, not drawn.
VARIATION_SELECTORS = frozenset(chr(number) for number in range(0xFE00, 0xFE10))


def printable_text(text: str) -> str:
    """Remove control characters; replace characters that no font covers by U+FFFD."""
    return "".join(char if char < "\x7f" and char.isprintable() else _shown(char) for char in text)


def _shown(char: str) -> str:
    if char.isspace() or char in VARIATION_SELECTORS:
        return char
    match unicodedata.category(char):
        case "Cf":
            return char
        case "Cc":
            return ""
    drawn = font_characters()
    return char if drawn is None or ord(char) in drawn else MISSING_GLYPH


@cache
def font_characters() -> frozenset[int] | None:
    """Return the code points that the fonts cover together, from Fontconfig's fc-list; None without it."""
    command = ["fc-list", "--format=%{charset}\\n"]  # comes with Pango
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None
    pairs = (each.partition("-") for each in set(listed.split()))
    return frozenset(
        number for first, _dash, last in pairs for number in range(int(first, 16), int(last or first, 16) + 1)
    )

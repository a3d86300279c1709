"""References of submissions as people type them: a hyphen, a space or nothing between the halves, large or small."""

from __future__ import annotations

import re

# Where references come from, O and 0, I and 1 are not used; an L is what a 1 or an I was most likely read from.
_TYPED = re.compile(r"([0-9A-Za-z]{4})\s*[-\u2010-\u2015\u2212._/]?\s*([0-9A-Za-z]{4})")
_MISREAD = str.maketrans("1I", "LL")
_NEVER_USED = frozenset("0O")
REFERENCE_TOKEN = "\ue003"  # noqa: S105  before a reference in an index, where no word can be


def reference_typed(text: str) -> str:
    """Return the reference that a text can be, such as 7F3K-9QXM; nothing for any other text."""
    typed = _TYPED.fullmatch(text.strip())
    if typed is None:
        return ""
    code = "".join(typed.groups()).upper().translate(_MISREAD)
    return "" if _NEVER_USED & set(code) else f"{code[:4]}-{code[4:]}"


def reference_token(reference: str) -> str:
    """Return the word by which an index knows a reference."""
    return f"{REFERENCE_TOKEN}{reference.replace('-', '').lower()}"

"""Compares names of people by appearance: ignores lookalike letters, titles and the order of words."""

import re
from collections.abc import Iterable
from functools import lru_cache

from moderation.text.normalised import REPEATED_LETTER, WORD_PATTERN, Text

HONORIFICS = frozenset(
    "mr mrs ms miss mx dr cr clr cllr councillor councilor councilman councilwoman mayor minister hon honourable "
    "honorable the rt right prof professor sir dame lord lady mp msp mla mep senator sen gov governor president "
    "premier official real his her herr frau bürgermeister ministerin".split()
)
SEEMING = {"rn": "m", "vv": "w"}  # Pairs that look like one letter.
ADDED_DIGITS = re.compile(r"(?<=[^\W\d_]{3})\d{2,}\b")

NamePattern = tuple[str, ...]


def skeleton(name: str) -> NamePattern:
    """Return the words of a name with lookalike characters folded."""
    form = Text(ADDED_DIGITS.sub("", name)).levelled.form.replace("0", "o")
    for pair, letter in SEEMING.items():
        form = form.replace(pair, letter)
    return tuple(WORD_PATTERN.findall(REPEATED_LETTER.sub(r"\1", form)))


_TITLES = frozenset(word for title in HONORIFICS for word in skeleton(title))


@lru_cache(maxsize=4096)
def _bare(name: str) -> NamePattern:
    """Return the skeleton without titles; a name of titles only is kept."""
    words = skeleton(name)
    return tuple(word for word in words if word not in _TITLES) or words


def goes_by(shown: str, people: Iterable[str]) -> str:
    """Return the first person whose name the shown one looks like, or ""."""
    seen = _bare(shown)
    return next((person for person in people if _is_in(_bare(person), seen)), "")


def _is_in(name: NamePattern, seen: NamePattern) -> bool:
    """Say whether the words of a name stand in another one after the other, the other way round, or glued together."""
    length = len(name)
    if not length:
        return False
    runs = [seen[at : at + length] for at in range(len(seen) - length + 1)]
    turned = name[-1:] + name[:-1]
    return name in runs or turned in runs or (length > 1 and "".join(name) in seen)

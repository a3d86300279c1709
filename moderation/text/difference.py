"""What changed between two texts, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from moderation.text.normalised import CJK

# A word with the space after it; each Chinese, Japanese or Korean character counts as a word.
TOKEN = re.compile(rf"(?:[{CJK}]|[^\W{CJK}]+|[^\w\s])\s*|\s+")


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text that stayed (`same`), went (`gone`) or came (`new`)."""

    kind: str
    text: str


def difference(before: str, after: str) -> list[Change]:
    """Return the way from one text to the other; same and gone give the first, same and new the second."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    changes = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            changes.append(Change("same", "".join(new[c:d])))
            continue
        changes += [Change(name, "".join(words)) for name, words in (("gone", old[a:b]), ("new", new[c:d])) if words]
    return changes

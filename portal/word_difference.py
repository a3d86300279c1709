"""Word-by-word difference of two texts."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
# A word with the space after it; each Chinese, Japanese or Korean character counts as a word.
TOKEN = re.compile(rf"(?:[{CJK}]|[^\W{CJK}]+|[^\w\s])\s*|\s+")


@dataclass(frozen=True, slots=True)
class Change:
    """A segment of text that was kept (`same`), removed (`gone`) or added (`new`)."""

    kind: str
    text: str


def difference(before: str, after: str) -> list[Change]:
    """Return the changes between two texts: `same` and `gone` make up the first, `same` and `new` the second."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    changes = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            changes.append(Change("same", "".join(new[c:d])))
            continue
        changes += [Change(name, "".join(words)) for name, words in (("gone", old[a:b]), ("new", new[c:d])) if words]
    return changes

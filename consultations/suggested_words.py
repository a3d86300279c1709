"""The words of a suggestion: what it would take out of a passage, what it would put there, and why.

A suggestion is one text, so that whatever looks at texts – rules, redaction, search, files, erasure – looks at all of
it. Its first line has the words of the passage behind a minus, the next one the new words behind a plus, which stands
there without any too, and the reason follows after an empty line. So a redaction that takes the line end between old
and new words with it is seen at once. The signs belong to no language: texts are kept for good.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from portal.word_difference import Change, difference

LAYOUT = re.compile(r"\A− (?P<old>[^\n]+)\n\+(?: (?P<new>[^\n]+))?(?:\n\n(?P<why>.+))?\Z", re.DOTALL)

LABEL = re.compile(r"\[[^\[\]\n]+\]")  # in place of what a redaction has covered

SIDES = ("gone", "new")
READ_AT_ONE_GLANCE = 25  # words; cut up by single ones that stay, so few would be harder to read


@dataclass(frozen=True, slots=True)
class SuggestedWords:
    """The three parts of a suggestion; without new words the old ones are to be struck out."""

    old: str
    new: str = ""
    why: str = ""

    @property
    def text(self) -> str:
        """Return them as one text."""
        lines = f"− {self.old}\n+" + (f" {self.new}" if self.new else "")
        return f"{lines}\n\n{self.why}" if self.why else lines

    @property
    def own(self) -> str:
        """Return what the author added: the new words that do not repeat the passage, and why."""
        added = (each.text for each in difference(self.old, self.new) if each.kind == "new")
        return f"{' '.join(added)}\n\n{self.why}"

    @property
    def change(self) -> str:
        """Return what it asks for, alike for two that ask for the same."""
        return f"{folded(self.old)}\n{folded(self.new)}".casefold()

    @property
    def changes(self) -> list[Change]:
        """Return what the words become: a few words as a whole between what stays, more of them word by word."""
        changes = difference(self.old, self.new)
        inner = [n for n, each in enumerate(changes) if each.kind != "same"]
        first, last = (inner[0], inner[-1] + 1) if inner else (0, 0)
        changed = changes[first:last]
        sides = [Change(kind, "".join(each.text for each in changed if each.kind in ("same", kind))) for kind in SIDES]
        if max(len(side.text.split()) for side in sides) > READ_AT_ONE_GLANCE:
            return changes
        return [*changes[:first], *(side for side in sides if side.text), *changes[last:]]


def words_in(text: str) -> SuggestedWords | None:
    """Return the parts of a suggestion's text; None for one in another layout."""
    found = LAYOUT.match(text)
    return SuggestedWords(**found.groupdict(default="")) if found else None


def words_left(covered: str, whole: str) -> SuggestedWords | None:
    """Return the parts of a text of which a redaction has covered something; None when it ran over two of them.

    What is left of the reason would stand behind the new words then, as if its author asked for it.
    """
    left, before = words_in(covered), words_in(whole)
    if not (left and before):
        return None
    parts = ((left.old, before.old), (left.new, before.new), (left.why, before.why))
    return left if all(is_left_of(now, then) for now, then in parts) else None


def is_left_of(covered: str, whole: str) -> bool:
    """Return whether labels in place of some words make one text of the other."""
    first, *others = LABEL.split(covered)
    if not others:
        return covered == whole
    *between, last = others
    if not (whole.startswith(first) and whole.endswith(last)):
        return False
    at = len(first)
    for piece in between:
        at = whole.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return at <= len(whole) - len(last)


def folded(words: str) -> str:
    """Return words with single spaces between them, as they are compared with a passage."""
    return " ".join(words.split())


def places_of(sought: str, passage: str) -> list[tuple[int, int]]:
    """Return where words begin and end in a passage, as often as they stand there; both are folded."""
    found, at = [], passage.find(sought)
    while sought and at >= 0:
        found.append((at, at + len(sought)))
        at = passage.find(sought, at + 1)
    return found


def marked_pieces(passage: str, places: list[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """Yield a passage piece by piece, each with whether it is one of these places; places may overlap."""
    cuts = sorted({0, len(passage), *(end for place in places for end in place)})
    for begin, end in pairwise(cuts):
        yield passage[begin:end], any(start <= begin and end <= stop for start, stop in places)

"""What changed between two texts of a consultation: part by part, and word by word in what people comment on."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from consultations.blocks import BodyBlock
from consultations.markup import plain_from_markup
from portal.staff.page_content import plain
from portal.word_difference import Change, difference

Block = dict[str, Any]  # one part of the text, as a StreamField stores it
PASSAGE = "section"
NAMING = {"fact": ("figure", "statement"), "myth": ("heard",), "documents": ("title",), "picture": ("caption",)}


@dataclass(frozen=True, slots=True)
class PartChange:
    """One part of the text: the same in both, changed, new or gone; only of a passage the words are compared."""

    kind: str
    block_type: str
    key: str  # the id of its block: in the later text, or in the earlier one if it is gone
    heading: tuple[Change, ...]  # of a passage; of any other part what it is about, marked where that changed
    words: tuple[Change, ...] = ()

    @property
    def is_passage(self) -> bool:
        """Return whether people can comment on it."""
        return self.block_type == PASSAGE

    @property
    def label(self) -> str:
        """Return what sort of part it is, as editors call it."""
        block = BodyBlock.base_blocks.get(self.block_type)
        return str(block.label) if block else self.block_type

    @property
    def has_same_words(self) -> bool:
        """Return whether every word stayed, so that a link or an emphasis changed."""
        return all(each.kind == "same" for each in (*self.heading, *self.words))


@dataclass(frozen=True, slots=True)
class TextDifference:
    """The way from one text of a consultation to another."""

    title: tuple[Change, ...]  # empty when it stayed, like the summary
    summary: tuple[Change, ...]
    parts: tuple[PartChange, ...]
    is_reordered: bool

    @property
    def runs(self) -> list[tuple[bool, list[PartChange]]]:
        """Return the parts as runs of what stayed and what did not, each with whether it stayed."""
        return [(stayed, list(run)) for stayed, run in groupby(self.parts, key=lambda part: part.kind == "same")]


def compare_texts(before: Any, after: Any) -> TextDifference:
    """Return the way from one text to another; both have a title, a summary and a body of raw blocks."""
    found = partners(before.body, after.body)
    places = [found[n] for n in sorted(found)]
    return TextDifference(
        title=changes_of(before.title, after.title),
        summary=changes_of(before.summary, after.summary),
        parts=tuple(changes_of_parts(before.body, after.body, found)),
        is_reordered=places != sorted(places),
    )


def changed_passages(before: Sequence[Block], after: Sequence[Block]) -> set[str]:
    """Return the keys of the passages that are new or changed; without their words, which take long to compare."""
    found = partners(before, after)
    passages = [(n, block) for n, block in enumerate(after) if block["type"] == PASSAGE]
    same = {n for n, block in passages if n in found and said_in(before[found[n]]) == said_in(block)}
    return {block.get("id", "") for n, block in passages if n not in same}


def changes_of(before: str, after: str) -> tuple[Change, ...]:
    """Return the changes between two lines; nothing when they are the same."""
    return tuple(difference(before, after)) if before != after else ()


def partners(before: Sequence[Block], after: Sequence[Block]) -> dict[int, int]:
    """Return the place in the earlier text of each part of the later one that was there already.

    It is known by its id; one that was made anew by saying the same, or else by its heading.
    """
    found: dict[int, int] = {}
    signs: tuple[Callable[[Block], str], ...] = (lambda block: block.get("id", ""), said_in, heading_of)
    for sign in signs:
        known = set(found.values())
        free = {sign(block): n for n, block in reversed([*enumerate(before)]) if n not in known}
        for n, block in enumerate(after):
            if n not in found and (key := sign(block)) and key in free:
                found[n] = free.pop(key)
    return found


def former_keys(before: Sequence[Block], after: Sequence[Block]) -> dict[str, str]:
    """Return the key that each part of the later text has in the earlier one, where it was there already."""
    return {after[n].get("id", ""): before[was].get("id", "") for n, was in partners(before, after).items()}


def changes_of_parts(before: Sequence[Block], after: Sequence[Block], found: dict[int, int]) -> Iterator[PartChange]:
    """Yield what became of each part, in the order of the later text; what is gone follows what it stood behind."""
    known = set(found.values())

    def gone_from(place: int) -> Iterator[PartChange]:
        while place < len(before) and place not in known:
            yield change_of_part(before[place], None)
            place += 1

    yield from gone_from(0)
    for n, block in enumerate(after):
        yield change_of_part(before[found[n]] if n in found else None, block)
        if n in found:
            yield from gone_from(found[n] + 1)


def change_of_part(old: Block | None, new: Block | None) -> PartChange:
    """Return what became of one part."""
    shown: Block = new or old or {}
    kind = "new" if old is None else "gone" if new is None else "same" if said_in(old) == said_in(new) else "changed"
    said: dict[str, Any] = {"kind": kind, "block_type": shown["type"], "key": shown.get("id", "")}
    if shown["type"] != PASSAGE:
        names = (name_of(old or shown), name_of(shown))
        return PartChange(**said, heading=tuple(difference(*names)))
    was, now = passage_words(old), passage_words(new)
    headings, words = (tuple(difference(*sides)) for sides in zip(was, now, strict=True))
    return PartChange(**said, heading=headings, words=words)


def passage_words(block: Block | None) -> tuple[str, str]:
    """Return the heading of a passage and its text without markup; nothing of none."""
    return (heading_of(block), plain_from_markup(block["value"].get("text", "")).strip()) if block else ("", "")


def said_in(block: Block) -> str:
    """Return what a part says, without its id: equal for parts that say the same."""
    return json.dumps(plain(block), sort_keys=True)


def heading_of(block: Block) -> str:
    """Return the heading of a passage; '' for any other part."""
    return block["value"].get("heading", "") if block["type"] == PASSAGE else ""


def name_of(block: Block) -> str:
    """Return what a part is about, in its own words, or ''."""
    names = NAMING.get(block["type"], ())
    return " ".join(filter(None, (str(block["value"].get(name) or "") for name in names)))

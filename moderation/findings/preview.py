"""What readers will see of a text without its marked passages: the places about them, not the whole."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from moderation.findings.passages import Mark, Segment

CONTEXT_CHARACTERS = 40  # that are shown before and after a passage


@dataclass(frozen=True, slots=True)
class PreviewPart:
    """A piece of the text; with a label it is a passage, which the label replaces once it is chosen."""

    text: str
    label: str = ""
    passage: str = ""  # the key of its finding
    chosen: bool = False


def preview(text: Iterable[Segment], marks: Iterable[Mark], chosen: Collection[str]) -> list[PreviewPart]:
    """Return the marked passages that can be taken out of a text, each with the words about it."""
    whole = "".join(segment.text for segment in text)
    places = sorted((mark for mark in marks if mark.field == "text" and not mark.whole), key=lambda mark: mark.start)
    parts, at = [], 0
    for mark in places:
        if mark.start < at:  # another clause's, within the passage before
            continue
        parts += [PreviewPart(shortened(whole[at : mark.start], opens=at == 0))]
        key = str(mark.finding)
        parts += [PreviewPart(whole[mark.start : mark.end], mark.label, key, key in chosen)]
        at = mark.end
    return [*parts, PreviewPart(shortened(whole[at:], closes=True))] if parts else []


def shortened(words: str, *, opens: bool = False, closes: bool = False) -> str:
    """Return what stands between two passages, cut in the middle; at the text's ends cut on the outer side."""
    if opens:
        return words if len(words) <= CONTEXT_CHARACTERS else f"… {words[-CONTEXT_CHARACTERS:].partition(' ')[2]}"
    if closes:
        return words if len(words) <= CONTEXT_CHARACTERS else f"{words[:CONTEXT_CHARACTERS].rpartition(' ')[0]} …"
    if len(words) <= 2 * CONTEXT_CHARACTERS:
        return words
    return f"{shortened(words, closes=True)} {shortened(words, opens=True).removeprefix('… ')}"

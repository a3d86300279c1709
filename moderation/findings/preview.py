"""What readers will see of a text without its marked passages: the places about them, not the whole."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from moderation.findings.passages import Mark
from moderation.findings.redaction import REMOVED_NAME_LABEL, Span, merged

CONTEXT_CHARACTERS = 40  # that are shown before and after a passage


@dataclass(frozen=True, slots=True)
class PreviewPart:
    """A piece of the text; with a label it is taken out, and the label stands in its place."""

    text: str
    label: str = ""


def preview(parts: Mapping[str, str], marks: Iterable[Mark], taken: Iterable[Span]) -> dict[str, list[PreviewPart]]:
    """Return of each field the passages that are taken out and those that could be, each with the words about it."""
    places = [Span(mark.field, mark.start, mark.end, "") for mark in marks if not mark.whole]
    out = list(taken)
    return {field: list(pieces(whole, shown_places(field, whole, places, out))) for field, whole in parts.items()}


def shown_places(field: str, whole: str, marked: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """Return what the preview shows of one field, in order: what is taken out, and marks beside it without a label."""
    out = merged(span for span in taken if span.field == field)
    if out and field == "name":  # as a redaction does: no part of a name tells whose it is
        return [Span(field, 0, len(whole), str(REMOVED_NAME_LABEL))]
    left = merged(mark for mark in marked if mark.field == field and not any(mark.overlaps(span) for span in out))
    return sorted(out + left, key=lambda span: span.start)


def pieces(whole: str, places: Iterable[Span]) -> Iterator[PreviewPart]:
    """Yield the places with the words between them; nothing of a field without any."""
    at = 0
    for span in places:
        yield PreviewPart(shortened(whole[at : span.start], opens=at == 0))
        yield PreviewPart(whole[span.start : span.end], span.label)
        at = span.end
    if at:
        yield PreviewPart(shortened(whole[at:], closes=True))


def shortened(words: str, *, opens: bool = False, closes: bool = False) -> str:
    """Return what stands between two passages, cut in the middle; at the text's ends cut on the outer side."""
    if opens:
        return words if len(words) <= CONTEXT_CHARACTERS else f"… {words[-CONTEXT_CHARACTERS:].partition(' ')[2]}"
    if closes:
        return words if len(words) <= CONTEXT_CHARACTERS else f"{words[:CONTEXT_CHARACTERS].rpartition(' ')[0]} …"
    if len(words) <= 2 * CONTEXT_CHARACTERS:
        return words
    return f"{shortened(words, closes=True)} {shortened(words, opens=True).removeprefix('… ')}"

"""Detects repeated texts. The number of people who send a text is no reason to hold it."""

from collections.abc import Iterator

from moderation.detectors.registry import Context, Match, detector
from moderation.text.minhash import MIN_SKETCH_WORDS
from moderation.text.normalised import MIN_COPY_WORDS, Text


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


@detector(fields=("text",), most="suggest", fact="copies")
def copied_text(text: Text, context: Context, *, minimum: int = 3) -> Iterator[Match]:
    """Find a text that other people have also sent; short texts are ignored."""
    others = context.copies - context.own_copies
    if others >= minimum and len(text.words) >= MIN_COPY_WORDS:
        yield Match(0, len(text.raw), f"The same words were sent by others {_times(others)}.")


@detector(fields=("text",), most="suggest", fact="own_copies")
def own_copies(text: Text, context: Context, *, minimum: int = 1) -> Iterator[Match]:
    """Find a text that its author has sent before."""
    if context.own_copies >= minimum and len(text.words) >= MIN_COPY_WORDS:
        yield Match(0, len(text.raw), f"The same author sent these words {_times(context.own_copies)} before.")


@detector(fields=("text",), most="suggest", fact="near_copies")
def near_copy(text: Text, context: Context, *, minimum: int = 3) -> Iterator[Match]:
    """Find a text nearly the same as others, in any consultation; short texts are ignored."""
    if context.near_copies >= minimum and len(text.words) >= MIN_SKETCH_WORDS:
        yield Match(0, len(text.raw), f"Nearly the same text was sent {_times(context.near_copies)}.")

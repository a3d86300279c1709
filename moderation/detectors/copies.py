"""Text that came in before."""

from collections.abc import Iterator

from moderation.detectors.registry import Context, Match, detector
from moderation.text import COPY_WORDS, Text


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


@detector(fields=("text",))
def copied_text(text: Text, context: Context, *, minimum: int = 3) -> Iterator[Match]:
    """Find a text whose words other people also sent; a short one is no copy."""
    others = context.copies - context.own_copies
    if others >= minimum and len(text.words) >= COPY_WORDS:
        yield Match(0, len(text.raw), f"The same words were sent by others {_times(others)}.")


@detector(fields=("text",))
def own_copies(text: Text, context: Context, *, minimum: int = 1) -> Iterator[Match]:
    """Find a text that its author has sent before."""
    if context.own_copies >= minimum and len(text.words) >= COPY_WORDS:
        yield Match(0, len(text.raw), f"The same author sent these words {_times(context.own_copies)} before.")

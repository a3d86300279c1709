"""The phrases of advertisers and swindlers."""

from collections.abc import Iterator

from moderation.detectors.links import links
from moderation.detectors.registry import Context, Match, detector
from moderation.detectors.words import compiled
from moderation.text.normalised import Text


@detector()
def spam_phrases(
    text: Text, context: Context, *, phrases: tuple[str, ...] = (), minimum: int = 1, minimum_links: int = 0
) -> Iterator[Match]:
    """Find phrases of advertising; `phrases` adds to our list, the minimums say what must be there to count."""
    found = compiled(("spam",), phrases, (), (), 1).find(text)
    if len(found) < max(minimum, 1) or (minimum_links and len(links(text, context)) < minimum_links):
        return
    for start, end, _ in found:
        yield Match(start, end, "Reads like advertising.")

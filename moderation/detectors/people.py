"""Detects authors under the name of a public person, and undisclosed staff."""

import re
from collections.abc import Iterator

from moderation.detectors.registry import Context, Match, detector
from moderation.text.names import goes_by
from moderation.text.normalised import Text

# The words in which people say that they work for us.
SELF_DISCLOSURE = re.compile(
    r"\b(?:i\s+(?:work|worked)|i(?:'m|\s+am)\s+(?:employed|an?\s+(?:\w+\s+)?(?:employee|officer|official|member\s+of\s+staff))|"
    r"my\s+employer|as\s+(?:an?\s+)?(?:\w+\s+)?(?:employee|staff|officer|official|planner|member\s+of\s+staff)|"
    r"ich\s+arbeite|als\s+mitarbeiter(?:in)?)\b"
)


@detector(fields=("name",))
def impersonation(text: Text, context: Context) -> Iterator[Match]:
    """Find a name to show that is, or looks like, one of our staff or elected people; our own staff may go by it."""
    if not context.staff and goes_by(text.raw, context.public_people):
        yield Match(0, len(text.raw), "The name looks like that of one of our staff or elected people.")


@detector(fields=("text",), fact="author_domain")
def undisclosed_staff(text: Text, context: Context) -> Iterator[Match]:
    """Find a text from an e-mail address of ours that neither says so nor will be shown as one of our staff's."""
    domain = context.author_domain
    ours = any(domain == own or domain.endswith(f".{own}") for own in context.staff_domains if own)
    if ours and not context.staff and not SELF_DISCLOSURE.search(text.folded):
        yield Match(0, len(text.raw), "Sent from an address of our staff, and does not say so.")

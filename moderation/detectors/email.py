"""E-mail addresses."""

import re
from collections.abc import Iterator

from moderation.detectors.registry import Context, Match, detector
from moderation.text.normalised import Text

AT_SIGN = r"(?:@|＠|\s?[\[({]\s?at\s?[\])}]\s?)"
DOT_SIGN = r"(?:\.|\s?[\[({]\s?dot\s?[\])}]\s?)"
EMAIL_ADDRESS = re.compile(
    rf"(?<![\w.+%-])[\w.+%-]{{1,64}}{AT_SIGN}[\w-]{{1,63}}(?:{DOT_SIGN}[\w-]{{1,63}}){{0,8}}{DOT_SIGN}(?!\d)\w{{2,24}}",
    re.IGNORECASE,
)
EMAIL_HINT = re.compile(r"[@＠]|at\s?[\])}]", re.IGNORECASE)


def _is_own(address: str, own_contacts: tuple[str, ...]) -> bool:
    name = address.casefold()
    return any(
        name == own.casefold() or (own.startswith("@") and name.endswith(own.casefold())) for own in own_contacts
    )


@detector(hint=EMAIL_HINT)
def email(text: Text, context: Context) -> Iterator[Match]:
    """Find e-mail addresses, also with the signs in brackets: jane [at] example [dot] org."""
    base = text.base
    for found in EMAIL_ADDRESS.finditer(base.form):
        if not _is_own(found[0], context.own_contacts):
            yield Match(*base.span(*found.span()), "Looks like an e-mail address.")

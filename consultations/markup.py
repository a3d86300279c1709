"""HTML in texts that were collected elsewhere, turned into the plain text that its reader saw."""

import html
import re
from collections.abc import Iterator

from consultations.plain_text import plain

# Not `html.parser`: it does not tell `&copy;` from the `&copy` of `?a=1&copy=2`, nor what an end tag looked like, takes
# the words of `a <b and c> d` for attributes, raises AssertionError on `<![<!`, and until Python 3.11.14 its time grows
# with the square of a text of unclosed comments. Nor bleach, which is no longer kept.
# An attribute has a value or a name of its own kind: `a <b and c> d` is no tag.
TAG = re.compile(
    r"<!--|<[!?][^<>]*>|<(/?)([a-zA-Z][a-zA-Z0-9]*(?::[a-zA-Z]\w*)?)"
    r"(\s[^<>]*=[^<>]*|\s+(?:nowrap|noshade|disabled|checked|selected|hidden|controls|compact|open))?\s*/?>"
)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
LINK_ADDRESS = re.compile(r"""\bhref\s*=\s*["']?(?:mailto:)?((?:https?://)?[^\s"'<>#][^\s"'<>]*)""", re.IGNORECASE)
PICTURE_TEXT = re.compile(r"""\balt\s*=\s*(?:"([^"]+)"|'([^']+)')""", re.IGNORECASE)
UNSEEN = ("script", "style", "head")  # with all that is in them
IN_LINE = set(
    "a abbr acronym b bdi bdo big body cite code data del dfn em font head html i img input ins kbd label link mark "
    "meta q s samp script small span strike strong style sub sup time tt u var wbr".split()
)
BREAKS = dict.fromkeys(
    "br dd div dt footer header hr main nav section article aside option pre tr ul ol dl tbody thead".split(), "\n"
) | dict.fromkeys("address blockquote caption center form h1 h2 h3 h4 h5 h6 p table".split(), "\n\n")
STARTS = {"li": "\n– ", "td": " ", "th": " "}


def plain_from_markup(text: str) -> str:
    """Return what a reader of HTML sees, as plain text; a text without markup stays as it is.

    Only tags that HTML has are markup: `<3`, `a < b` and `<ann@example.org>` are somebody's words. Entities are read
    twice, because systems that export HTML often escape what they had escaped before.
    """
    if not (is_markup := has_tags(text)) and "&" not in text:
        return plain(text)
    read = without_entities(without_tags(text) if is_markup else text)
    if not is_markup and has_tags(read):  # All of it was escaped.
        read = without_entities(without_tags(read))
    return plain(ENTITY.sub(_sign, read))


def without_entities(text: str) -> str:
    """Return the text with signs for entities such as `&rsquo;`; an ampersand without a semicolon is a sign itself."""
    return ENTITY.sub(_sign, text)


def _sign(entity: re.Match[str]) -> str:
    return " " if entity[0] == "&nbsp;" else html.unescape(entity[0])


def has_tags(text: str) -> bool:
    """Return whether there is a tag of HTML in a text."""
    return "<" in text and any(_is_markup(match) for match in TAG.finditer(text))


def _is_markup(match: re.Match[str]) -> bool:
    """Return whether it is a tag of HTML, a comment, or one of Word's own tags such as `<o:p>`."""
    name = (match[2] or "").lower()
    return not name or ":" in name or name in IN_LINE or name in BREAKS or name in STARTS


def without_tags(text: str) -> str:
    """Return the text with line ends in the place of blocks, and the addresses that stand behind links."""
    read = "".join(_pieces(text))
    read = re.sub(r"[ \t\xa0]*(?<![ \t\xa0])\n[ \t]*", "\n", read)
    return re.sub(r"\n{3,}", "\n\n", read)


def _pieces(text: str) -> Iterator[str]:
    """Yield the words of a text and what takes the place of its tags; each place of the text is passed once."""
    place, address, words, unclosed = 0, "", "", set[str]()
    lower = text.lower()
    for match in TAG.finditer(text):
        if match.start() < place or not _is_markup(match):
            continue
        before = text[place : match.start()]
        words += before
        name, ends = (match[2] or "").lower(), match[1] == "/"
        yield before + (BREAKS.get(name) or ("" if ends else STARTS.get(name, "")))
        if name == "a":
            yield f" ({address})" if ends and address and address not in words else ""
            address, words = "" if ends else _found(LINK_ADDRESS, match), ""
        elif name == "img":
            yield _found(PICTURE_TEXT, match)
        place = _after(match, name, lower, unclosed)
    yield text[place:]


def _found(pattern: re.Pattern[str], tag: re.Match[str]) -> str:
    found = pattern.search(tag[3] or "")
    return html.unescape(next(filter(None, found.groups()))) if found else ""


def _after(match: re.Match[str], name: str, lower: str, unclosed: set[str]) -> int:
    """Return where words go on behind a tag: behind a whole comment or script, if that ends anywhere."""
    closing = "-->" if match[0] == "<!--" else f"</{name}>" if name in UNSEEN and not match[1] else ""
    if closing and closing not in unclosed:
        end = lower.find(closing, match.end())
        if end >= 0:
            return end + len(closing)
        unclosed.add(closing)  # It is not looked for again: a text of many such tags would take for ever.
    return match.end() + (name == "br" and lower.startswith("\n", match.end()))

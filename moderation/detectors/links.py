"""Links: how many, and whether they hide where they lead."""

import re
from collections.abc import Iterator

from moderation.detectors.registry import Context, Match, detector
from moderation.text import Text

# Endings that are words must be written small, or "No more.Info" would be a link.
GENERIC = "com|net|org|biz|(?-i:info|online|shop|site|xyz|club|top|store|app|dev)"
COUNTRY = r"(?:com?|org|net|gov|govt|edu|ac)\.[a-z]{2}"
HOST = r"[a-z0-9-]+(?:\.[a-z0-9-]+)*"
# A scheme or "www." makes a link; a bare name does only with a well-known ending, or an ending and a path.
LINK = re.compile(
    rf"(?:https?://|(?<![\w@.])www\.)({HOST}(?::\d+)?)[^\s<>\"]*"
    rf"|(?<![\w@./-])((?:[a-z0-9-]+\.)+(?:{GENERIC}|{COUNTRY}|[a-z]{{2,3}}(?=/\w)))(?![\w@-]|\.\w)(?:/[^\s<>\"]*)?",
    re.IGNORECASE,
)
ENDING = ".,;:!?)]}'*_"

SHORTENERS = frozenset(
    "adf.ly amzn.to bit.do bit.ly bl.ink buff.ly cutt.ly fb.me goo.gl is.gd j.mp lnkd.in ow.ly qr.ae rb.gy rebrand.ly"
    " s.id shorturl.at shrtco.de snip.ly soo.gd t.co t.ly tiny.cc tinyurl.com trib.al u.to v.gd wp.me x.co".split()
)


def _is_within(host: str, domains: tuple[str, ...] | frozenset[str]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def links(text: Text, context: Context) -> list[tuple[int, int, str]]:
    """Return the span and host of each link that leads away from the agency's own sites."""
    if "." not in text.raw:
        return []
    found = []
    for link in LINK.finditer(text.raw):
        host = (link[1] or link[2]).lower().partition(":")[0].removeprefix("www.")
        if not _is_within(host, context.own_domains):
            found.append((link.start(), link.start() + len(link[0].rstrip(ENDING)), host))
    return found


@detector()
def link_count(text: Text, context: Context, *, maximum: int = 2) -> Iterator[Match]:
    """Find every link of a text that has more than the maximum."""
    found = links(text, context)
    if len(found) > maximum:
        for start, end, _ in found:
            yield Match(start, end, f"One of {len(found)} links; {maximum} or fewer are usual.")


@detector()
def link_shortener(text: Text, context: Context, *, shorteners: tuple[str, ...] = ()) -> Iterator[Match]:
    """Find links that hide where they lead; `shorteners` adds to the known ones."""
    for start, end, host in links(text, context):
        if _is_within(host, SHORTENERS) or _is_within(host, shorteners):
            yield Match(start, end, "A short link: readers cannot see where it leads.")

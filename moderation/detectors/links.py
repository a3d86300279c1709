"""Detects links: too many, hidden targets, and foreign sites."""

import re
from collections.abc import Iterator
from functools import lru_cache

from tldextract import TLDExtract

from moderation.detectors.registry import Context, Match, detector
from moderation.text.normalised import Text

Names = tuple[str, ...]

# Endings that are words must be written small, or "No more.Info" would be a link.
GENERIC_DOMAINS = "com|net|org|biz|(?-i:info|online|shop|site|xyz|club|top|store|app|dev)"
COUNTRY_DOMAINS = r"(?:com?|org|net|gov|govt|edu|ac)\.[a-z]{2}"
# A scheme or "www." makes a link; a bare name does with a well-known ending. Any other name is looked at again: its
# ending has to be on the list of public suffixes.
LINK = re.compile(
    rf"(?:https?://|(?<![\w@.])www\.)([\w-]+(?:\.[\w-]+)*(?::\d+)?)[^\s<>\"]*"
    rf"|(?<![\w@./-])((?:[a-z0-9-]+\.)+(?:{GENERIC_DOMAINS}|{COUNTRY_DOMAINS}))(?![\w@-]|\.\w)(?:/[^\s<>\"]*)?"
    r"|(?<![\w@./-])((?:[a-z0-9-]+\.)+[a-z]{2,18})(?![\w@-]|\.\w)(?:/[^\s<>\"]*)?",
    re.IGNORECASE,
)
LINK_HINT = re.compile(r"\.[^\W_]|://")  # Most full stops have a space after them.
TRAILING_PUNCTUATION = ".,;:!?)]}'*_"

SHORTENERS = frozenset(
    "adf.ly amzn.to bit.do bit.ly bl.ink buff.ly cutt.ly fb.me goo.gl is.gd j.mp lnkd.in ow.ly qr.ae rb.gy rebrand.ly"
    " s.id shorturl.at shrtco.de snip.ly soo.gd t.co t.ly tiny.cc tinyurl.com trib.al u.to v.gd wp.me x.co".split()
)


@lru_cache(maxsize=1)
def _extract() -> TLDExtract:
    """Load the public suffixes that came with the package; nothing is fetched or written."""
    return TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=4096)
def _is_real(bare: str, has_path: bool) -> bool:
    """Say whether a bare name is a host: its ending must exist, and only a path or a double one is never prose."""
    parts = _extract()(bare)
    return bool(parts.domain and parts.suffix) and (has_path or "." in parts.suffix)


def _is_within(host: str, domains: Names | frozenset[str]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def check_allowed(*, allowed: Names = (), **_: object) -> None:
    """Refuse what is no domain, and an ending under which anybody may have one."""
    for domain in allowed:
        parts = _extract()(domain)
        if domain != domain.lower().strip("./ ") or "/" in domain or not parts.suffix:
            raise ValueError(f"“{domain}” is no domain such as example.org")
        if not parts.domain and not re.search(r"(?:^|\.)(?:gov|govt|mil|edu|ac)(?:\.|$)", domain):
            raise ValueError(f"anybody may have a site under “{domain}”, so allowing it would allow everything")


def links(text: Text, context: Context, allowed: Names = ()) -> list[tuple[int, int, str]]:
    """Return the span and host of each link that leads to neither the agency's own sites nor an allowed one."""
    found = []
    for link in LINK.finditer(text.raw):
        host = (link[1] or link[2] or link[3]).lower().partition(":")[0].removeprefix("www.")
        if link[3] and not _is_real(link[3], link.end() > link.end(3)):
            continue
        if not _is_within(host, context.own_domains) and not _is_within(host, allowed):
            found.append((link.start(), link.start() + len(link[0].rstrip(TRAILING_PUNCTUATION)), host))
    return found


@detector(check=check_allowed, hint=LINK_HINT)
def link_count(text: Text, context: Context, *, maximum: int = 2, allowed: Names = ()) -> Iterator[Match]:
    """Find every link of a text that has more than the maximum; links to `allowed` domains do not count."""
    found = links(text, context, allowed)
    if len(found) > maximum:
        for start, end, _ in found:
            yield Match(start, end, f"One of {len(found)} links; {maximum} or fewer are usual.")


@detector(hint=LINK_HINT)
def link_shortener(text: Text, context: Context, *, shorteners: Names = ()) -> Iterator[Match]:
    """Find links with a hidden target; `shorteners` adds hosts to the known ones."""
    for start, end, host in links(text, context):
        if _is_within(host, SHORTENERS) or _is_within(host, shorteners):
            yield Match(start, end, "A short link: readers cannot see where it leads.")


@detector(check=check_allowed, hint=LINK_HINT)
def link_elsewhere(text: Text, context: Context, *, allowed: Names = ()) -> Iterator[Match]:
    """Find every link that leads to a site which is neither the agency's nor on the list of allowed ones."""
    for start, end, host in links(text, context, allowed):
        yield Match(start, end, f"Leads to {host}, which is not on our list.")

"""The page cache's store: compressed pages in the memory of this process."""

import gzip
import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from portal.http import freshness
from portal.http.compression import accepts_gzip

PAGE_SECONDS = 60  # pages expire at the end of the minute, so that all processes send the same ones
ADDRESSES_KEPT = 10_000  # maximum number of addresses with known parameters
VALUE_LENGTH = 100  # maximum length of a parameter; pages with longer ones are not cached
BETWEEN_TAGS = re.compile(rb">\s*\n\s*<")  # people's texts are escaped: matches our markup only
ENTRY_BYTES = 2_000  # estimated bytes of an entry without its body


class PageAddress(NamedTuple):
    """An address without its query string."""

    origin: str
    path: str


class Key(NamedTuple):
    """Cache key of a page: its address and its known parameters in a fixed order."""

    address: PageAddress
    query: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A cached page with its headers and expiry."""

    body: bytes  # gzip
    length: int  # SHA-256 of the uncompressed page
    headers: dict[str, str]
    digest: str
    expires_at: float  # seconds since 1970

    @classmethod
    def of(cls, response: HttpResponse, began: datetime, moments: Iterable[datetime]) -> "Entry":
        """Return the entry of a response whose rendering began at `began`; it expires at the first of `moments`.

        It also expires at the end of the minute in which rendering began, so a slow page may be expired at once.
        """
        content = compact(response)
        minute_ends = (began.timestamp() // PAGE_SECONDS + 1) * PAGE_SECONDS
        ends = [moment.timestamp() for moment in moments if moment > began]
        return cls(
            body=gzip.compress(content, 9, mtime=0),
            length=len(content),
            headers=shared_headers(response),
            digest=sha256(content).hexdigest()[:32],
            expires_at=min([minute_ends, *ends]),
        )

    @property
    def size(self) -> int:
        """Return the entry's size in bytes."""
        return len(self.body) + ENTRY_BYTES

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Return the response: the page, or 304 if the browser has this page."""
        compressed = accepts_gzip(request)
        etag = f'"{self.digest}-gzip"' if compressed else f'"{self.digest}"'
        response = HttpResponse(headers=self.headers | {"ETag": etag})
        if "HTTP_IF_NONE_MATCH" in request.META:
            unchanged = get_conditional_response(request, etag=etag, response=response)
            if unchanged is not response and unchanged is not None:
                return unchanged
        if compressed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(self.body) if compressed else self.length)
        if request.method != "HEAD":
            response.content = self.body if compressed else gzip.decompress(self.body)
        return response


def compact(response: HttpResponse) -> bytes:
    """Return the body; HTML loses the indentation between its tags, a twentieth of the compressed size."""
    if response.headers["Content-Type"].startswith("text/html"):
        return BETWEEN_TAGS.sub(b">\n<", response.content)
    return response.content


def shared_headers(response: HttpResponse) -> dict[str, str]:
    """Return the headers of a cached page."""
    own = {"Content-Length", "Vary", "Cache-Control", "ETag"}
    seconds = settings.SHARED_CACHE_SECONDS
    return {name: value for name, value in response.items() if name not in own} | {
        "Vary": "Accept-Encoding, Cookie",
        "Cache-Control": "public, max-age=0, must-revalidate" + (f", s-maxage={seconds}" if seconds else ""),
    }


class PageStore:
    """The pages of one state. A new state empties the store; a full one drops the least recently used pages."""

    def __init__(self) -> None:
        self.state, self.size = "", 0
        self.entries: OrderedDict[Key, Entry] = OrderedDict()
        self.parameters: dict[PageAddress, frozenset[str]] = {}
        self.lock = Lock()

    def key_of(self, request: HttpRequest) -> Key | None:
        """Return the key of a request whose address was cached before; None for any other address."""
        address = address_of(request)
        known = self.parameters.get(address)
        if known is None:
            return None
        query = request.META.get("QUERY_STRING", "")
        return Key(address, query and known_query(query, known))

    def find(self, key: Key, state: str) -> Entry | None:
        """Return the valid entry of a key in this state, or None."""
        with self.lock:
            if state != self.state:
                self.empty(state)
            entry = self.entries.get(key)
            if entry is None or entry.expires_at <= timezone.now().timestamp():
                return None
            self.entries.move_to_end(key)
            return entry

    def keep(self, request: HttpRequest, entry: Entry, parameters: frozenset[str], state: str) -> None:
        """Store a page that was rendered in `state`, unless the state has changed since."""
        address, query = address_of(request), request.META.get("QUERY_STRING", "")
        key = Key(address, query and known_query(query, parameters))
        if entry.size > settings.PAGE_CACHE_BYTES or len(key.query) > VALUE_LENGTH * max(len(parameters), 1):
            return
        with self.lock:
            if len(self.parameters) >= ADDRESSES_KEPT:
                self.parameters.clear()
            self.parameters[address] = parameters
            if state != freshness.last_state():
                return
            if state != self.state:
                self.empty(state)
            self.drop(key)
            self.entries[key] = entry
            self.size += entry.size
            while self.size > settings.PAGE_CACHE_BYTES:
                self.drop(next(iter(self.entries)))

    def drop(self, key: Key) -> None:
        """Remove one page."""
        if entry := self.entries.pop(key, None):
            self.size -= entry.size

    def empty(self, state: str) -> None:
        """Remove all pages and set the state of the next ones."""
        self.entries.clear()
        self.state, self.size = state, 0

    def clear(self) -> None:
        """Remove all pages, after an erased text may have been on one of them."""
        with self.lock:
            self.empty("")


def address_of(request: HttpRequest) -> PageAddress:
    """Return the request's address without its query string."""
    return PageAddress(f"{request.scheme}://{request.get_host()}", request.path)


def known_query(query: str, known: Iterable[str]) -> str:
    """Return a query string of the known parameters only, each once and in a fixed order."""
    given = dict(parse_qsl(query))
    return urlencode({name: given[name] for name in sorted(known) if name in given})


pages = PageStore()


def clear_pages() -> None:
    """Forget all cached pages and pieces of pages: some may contain a text that is gone."""
    cache.clear()
    pages.clear()

"""The search engines that the settings name."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from search.engines.engine import Engine

_SQLITE = re.compile(r"\.(sqlite3?|db)$")


def get_engine() -> Engine:
    """Return the engine of SEARCH_URL."""
    return get_engine_at(settings.SEARCH_URL)


def get_sealed_engine() -> Engine:
    """Return the engine of the sealed originals: SEARCH_SEALED_URL, or an address derived from SEARCH_URL."""
    return get_engine_at(settings.SEARCH_SEALED_URL or sealed_url(settings.SEARCH_URL))


def sealed_url(url: str) -> str:
    """Derive the address of the sealed index from that of the open one: ``/parley`` becomes ``/parley-sealed``."""
    address, mark, rest = url.partition("?")
    file = _SQLITE.search(address)
    head, ending = (address[: file.start()], file.group()) if file else (address.rstrip("/"), "")
    return f"{head}-sealed{ending}{mark}{rest}"


@lru_cache(maxsize=8)
def get_engine_at(url: str) -> Engine:
    """Return the engine for an address; raise ImproperlyConfigured for an unknown scheme."""
    parts = urlsplit(url)
    if parts.scheme == "fts5":
        from search.engines.fts5 import Fts5Engine  # Only the chosen engine's library is loaded.

        return Fts5Engine(_path(url.removeprefix("fts5://")))
    if parts.scheme in ("http", "https"):
        from search.engines.elasticsearch.address import ElasticsearchAddress
        from search.engines.elasticsearch.engine import ElasticsearchEngine

        return ElasticsearchEngine(ElasticsearchAddress.of(url))
    raise ImproperlyConfigured(
        f"SEARCH_URL starts with {parts.scheme or 'nothing'!r}; it must start with fts5:// or https://"
    )


def _path(rest: str) -> Path:
    """Resolve fts5:///var/x relative to manage.py, and fts5:////srv/x as an absolute path."""
    relative = rest.removeprefix("/")
    if not relative:
        raise ImproperlyConfigured("SEARCH_URL names no file; write for example fts5:///var/search.sqlite3.")
    return Path(settings.BASE_DIR, relative)

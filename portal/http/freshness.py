"""Detect whether the content of public pages may have changed.

A package registers a query with `source`; the results of all sources are hashed to one state. `note_change` is called
where this process changes content itself, so that its next page shows the change.
"""

from collections.abc import Callable
from hashlib import sha256
from threading import Lock
from time import monotonic

from django.core.cache import cache
from django.db import transaction

STATE_SECONDS = 0.5  # maximum age of a state; a removed text stays public for this time and one rendering at most
NEWEST_ROWS = 100  # far more than other transactions commit while one with a lower number is open

_sources: dict[str, Callable[[], object]] = {}
_derived: list[str] = []


def source(read: Callable[[], object]) -> Callable[[], object]:
    """Register a function whose value changes whenever a public page may have changed; one short query at most."""
    _sources[f"{read.__module__}.{read.__qualname__}"] = read
    return read


def derived(key: str) -> str:
    """Register the cache key of a value that public pages show; it is deleted when the state changes."""
    _derived.append(key)
    return key


class Watch:
    """Holds the state. The first thread that needs it after `due_at` reads it again."""

    def __init__(self) -> None:
        self.value = ""
        self.due_at = 0.0  # by the monotonic clock
        self.lock = Lock()

    def state(self) -> str:
        """Return the state, read from the database when it is older than STATE_SECONDS."""
        if monotonic() < self.due_at:
            return self.value
        with self.lock:
            if monotonic() >= self.due_at:
                self.read()
        return self.value

    def read(self) -> None:
        """Query all sources and update the state."""
        # Set before the queries, so that a call of `look_again` during the queries is not overwritten.
        self.due_at = monotonic() + STATE_SECONDS
        try:
            seen = [(name, read()) for name, read in sorted(_sources.items())]
        except BaseException:
            self.due_at = 0.0
            raise
        value = sha256(repr(seen).encode()).hexdigest()[:32]
        if value != self.value:
            cache.delete_many(_derived)
        self.value = value

    def look_again(self) -> None:
        """Make the next call of `state` query the sources."""
        self.due_at = 0.0


def last_state() -> str:
    """Return the latest known state without a query, for cache keys whose values may be some seconds old."""
    return _watch.value


_watch = Watch()
state = _watch.state
look_again = _watch.look_again


def note_change() -> None:
    """Make this process query the sources again: now, and after the commit of the current transaction."""
    look_again()
    transaction.on_commit(look_again)

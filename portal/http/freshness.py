"""Tell whether what the public pages show may have changed.

A package registers what to read with `source`; all of it together makes one state. `note_change` is called where this
process changes something itself, so that the change shows with the next page.
"""

from collections.abc import Callable
from hashlib import sha256
from threading import Lock
from time import monotonic

from django.core.cache import cache
from django.db import transaction

STATE_SECONDS = 0.5  # how old a state may be: a text that was taken down stays no longer than that and one rendering
NEWEST_ROWS = 100  # far more than are ever committed while another transaction with a lower number is open

_sources: dict[str, Callable[[], object]] = {}
_derived: list[str] = []


def source(read: Callable[[], object]) -> Callable[[], object]:
    """Register a function whose value differs as soon as something on a public page may; one short query at most."""
    _sources[f"{read.__module__}.{read.__qualname__}"] = read
    return read


def derived(key: str) -> str:
    """Register the key of a cached value that a public page shows; it is forgotten when the state changes."""
    _derived.append(key)
    return key


class Watch:
    """The state as it was read last, by whichever thread came first after it was due."""

    def __init__(self) -> None:
        self.value = ""
        self.due_at = 0.0  # on the monotonic clock
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
        """Read all sources."""
        # Before the queries: whoever calls `look_again` while they run is not overheard.
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
        """Read the state anew the next time somebody wants it."""
        self.due_at = 0.0


def last_state() -> str:
    """Return the state that was read last, however old it is; for the key of a value that may be some seconds old."""
    return _watch.value


_watch = Watch()
state = _watch.state
look_again = _watch.look_again


def note_change() -> None:
    """Have this process look again, now and once the change that is being made is committed."""
    look_again()
    transaction.on_commit(look_again)

"""Moments at which a page changes by time alone, because something opens, closes or begins."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

_moments: ContextVar[list[datetime] | None] = ContextVar("moments", default=None)


def changes_at(*moments: datetime | None) -> None:
    """Record that the page being rendered expires at the first of these moments; None and past ones are ignored."""
    noted = _moments.get()
    if noted is not None:
        noted.extend(moment for moment in moments if moment is not None)


@contextmanager
def noted_moments() -> Iterator[list[datetime]]:
    """Collect the moments that `changes_at` records inside the block."""
    noted: list[datetime] = []
    token = _moments.set(noted)
    try:
        yield noted
    finally:
        _moments.reset(token)

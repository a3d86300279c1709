"""What is read first: a work item is due at some time, and some items get a head start before it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple


class HeadStart(NamedTuple):
    """Minutes that an item is taken earlier than it is due, and what for."""

    reason: str
    minutes: int


def rank_at(due_at: datetime, parts: Iterable[HeadStart]) -> datetime:
    """Return an item's place in the queue: as if it were due so much earlier."""
    return due_at - timedelta(minutes=sum(part.minutes for part in parts))

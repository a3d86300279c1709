"""The order of the queue: cases rank by due time, and some get a head start."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

SEVERITY_MINUTES = (0, 0, 15, 60, 240)  # by severity, 0 to 4
PUBLIC_MINUTES = 30  # everybody can read it meanwhile
REPORT_MINUTES, MOST_REPORTS = 10, 6  # each, and how many count
RETURNED_MINUTES = 240  # its author did what we asked, and has waited twice


class HeadStart(NamedTuple):
    """Minutes that a case is read earlier than it is due, and what for."""

    reason: str
    minutes: int


def head_starts(*, severity: int, public: bool, reports: int, returned: bool) -> list[HeadStart]:
    """Return what brings a case forward, each with its minutes; what brings nothing is left out."""
    parts = [
        HeadStart("severity", SEVERITY_MINUTES[severity]),
        HeadStart("public", PUBLIC_MINUTES * public),
        HeadStart("reports", REPORT_MINUTES * min(reports, MOST_REPORTS)),
        HeadStart("returned", RETURNED_MINUTES * returned),
    ]
    return [part for part in parts if part.minutes]


def rank_at(due_at: datetime, parts: Iterable[HeadStart]) -> datetime:
    """Return a case's place in the queue: as if it were due so much earlier."""
    return due_at - timedelta(minutes=sum(part.minutes for part in parts))

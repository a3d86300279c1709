"""What the seals are over: one mapping for each kind of row."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

ENTRY_FIELDS = ("number", "at", "action", "by", "subject_type", "subject_id", "facts", "previous")


def of_entry(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an entry's digest is over: every field but the digest."""
    return {name: values[name] for name in ENTRY_FIELDS} | {"at": moment(values["at"])}


def of_head(number: int, digest: str) -> dict[str, Any]:
    """Return what the head's seal is over."""
    return {"number": number, "digest": digest}


def of_root(day: date, number: int, digest: str, published_at: datetime, before: str) -> dict[str, Any]:
    """Return what a root's seal is over; `before` is the seal of the root before it, or ''."""
    return {
        "day": day.isoformat(),
        "number": number,
        "digest": digest,
        "published_at": moment(published_at),
        "before": before,
    }


def moment(at: datetime | None) -> str:
    """Return a moment as it is sealed: universal time, to the microsecond; '' for what is none, which no seal fits."""
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")

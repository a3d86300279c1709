"""The values that seals are computed over, one mapping per kind of row."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

ENTRY_FIELDS = ("number", "at", "action", "by", "subject_type", "subject_id", "facts", "previous")


def entry_content(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sealed values of an entry: every field but its digest."""
    return {name: values[name] for name in ENTRY_FIELDS} | {"at": utc_text(values["at"])}


def head_content(number: int, digest: str) -> dict[str, Any]:
    """Return the sealed values of the head."""
    return {"number": number, "digest": digest}


def root_content(day: date, number: int, digest: str, published_at: datetime, before: str) -> dict[str, Any]:
    """Return the sealed values of a root; `before` is the previous root's seal, or ''."""
    return {
        "day": day.isoformat(),
        "number": number,
        "digest": digest,
        "published_at": utc_text(published_at),
        "before": before,
    }


def utc_text(at: datetime | None) -> str:
    """Return a time in UTC with microseconds; '' for None, which no seal matches."""
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")

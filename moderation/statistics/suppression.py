"""Suppresses small counts that could identify people."""

from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("K")
MIN_PUBLISHED_COUNT = 5  # smaller counts are suppressed; 0 is published


def suppressed(count: int) -> int | None:
    """Return a count, or None when it is too small to be published."""
    return None if 0 < count < MIN_PUBLISHED_COUNT else count


def suppressed_table(cells: Mapping[Key, int]) -> dict[Key, int | None]:
    """Suppress the small cells of a table whose total is public.

    A single suppressed cell could be computed from the total, so the next smallest one is suppressed too.
    """
    small = {key for key, count in cells.items() if suppressed(count) is None}
    others = sorted(
        (count, place, key) for place, (key, count) in enumerate(cells.items()) if count and key not in small
    )
    if small and sum(cells[key] for key in small) < MIN_PUBLISHED_COUNT and others:
        small.add(others[0][2])
    return {key: None if key in small else count for key, count in cells.items()}

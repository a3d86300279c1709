"""Keeping small numbers from pointing at people."""

from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("K")
MIN_PUBLISHED_COUNT = 5  # a smaller number, other than nothing, is not published


def suppressed(count: int) -> int | None:
    """Return a number as it may be published; None when it is too small."""
    return None if 0 < count < MIN_PUBLISHED_COUNT else count


def suppressed_table(cells: Mapping[Key, int]) -> dict[Key, int | None]:
    """Return the cells of a table whose total is known, as they may be published.

    A single hidden cell could be worked out from the total, so the next smallest is hidden with it.
    """
    small = {key for key, count in cells.items() if suppressed(count) is None}
    others = sorted(
        (count, place, key) for place, (key, count) in enumerate(cells.items()) if count and key not in small
    )
    if small and sum(cells[key] for key in small) < MIN_PUBLISHED_COUNT and others:
        small.add(others[0][2])
    return {key: None if key in small else count for key, count in cells.items()}

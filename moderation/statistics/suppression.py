"""Suppresses small counts that could identify people, and the counts from which one could be worked out.

Everybody may know the rule: what it hides has to stay hidden from who knows it. `tests/moderation/statistics` tries
that on all small tables.
"""

from collections.abc import Collection, Mapping
from typing import TypeVar

Key = TypeVar("Key")
MIN_PUBLISHED_COUNT = 5  # smaller counts are suppressed; 0 is published


def suppressed(count: int) -> int | None:
    """Return a count, or None when it is too small to be published."""
    return None if 0 < count < MIN_PUBLISHED_COUNT else count


def suppressed_table(cells: Mapping[Key, int], *, total_is_public: bool = True) -> dict[Key, int | None]:
    """Suppress the small cells of a table, and the next larger ones until none of them can be worked out.

    Beside a public total, what is hidden must not follow from its sum. A total that is hidden elsewhere must not follow
    from the table, so one cell that is not small is hidden as well.
    """
    hidden = {key for key, count in cells.items() if suppressed(count) is None}
    # Zeros come last: they are hidden only where nothing else is left.
    others = sorted((not count, count, place, key) for place, (key, count) in enumerate(cells.items()))
    for _is_zero, count, _place, key in others:
        counts = [cells[each] for each in hidden]
        told = can_be_worked_out(counts) if total_is_public else tells_the_total(counts)
        if not (told or (count and bounds(count, counts))):
            break
        hidden.add(key)
    return {key: None if key in hidden else count for key, count in cells.items()}


def can_be_worked_out(counts: Collection[int]) -> bool:
    """Return whether hidden counts follow from their sum: a single one, or all at the least or at the most."""
    number, total = len(counts), sum(counts)
    if not number:
        return False
    return number == 1 or total < MIN_PUBLISHED_COUNT or total in (number, number * (MIN_PUBLISHED_COUNT - 1))


def bounds(shown: int, counts: Collection[int]) -> bool:
    """Return whether a count, if it were shown, told how large the larger hidden ones are at most."""
    largest = max(counts, default=0)
    return largest >= MIN_PUBLISHED_COUNT and shown < largest + MIN_PUBLISHED_COUNT - 1


def tells_the_total(counts: Collection[int]) -> bool:
    """Return whether what a table does not hide tells its total, within what a small count could be."""
    return max(counts, default=0) < MIN_PUBLISHED_COUNT

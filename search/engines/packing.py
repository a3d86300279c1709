"""Row numbers of the embedded index: month, day of month, shape and id in 12, 5, 15 and 31 bits.

A *shape* is one combination of facet values (``search.engines.tally.FacetShape``). Row numbers sort by day.
"""

from __future__ import annotations

from datetime import date

EPOCH_YEAR = 1900
DAY_BITS, SHAPE_BITS, ID_BITS = 5, 15, 31
DAY_MASK, SHAPE_MASK, ID_MASK = (1 << DAY_BITS) - 1, (1 << SHAPE_BITS) - 1, (1 << ID_BITS) - 1
DAY_SHIFT = SHAPE_BITS + ID_BITS
MONTH_SHIFT = DAY_BITS + DAY_SHIFT
MAX_KEY = (1 << 63) - 1


def pack_key(day: date, shape: int, id_: int) -> int:
    """Return the row number of a document; raise OverflowError for an id beyond 31 bits."""
    if id_ > ID_MASK:
        raise OverflowError(f"The embedded index holds ids up to {ID_MASK:,}, not {id_:,}.")
    month = (day.year - EPOCH_YEAR) * 12 + day.month - 1
    return ((month << DAY_BITS | day.day) << SHAPE_BITS | shape) << ID_BITS | id_


def unpack_day(key: int) -> date:
    """Return the day in a row number."""
    month = key >> MONTH_SHIFT
    return date(month // 12 + EPOCH_YEAR, month % 12 + 1, key >> DAY_SHIFT & DAY_MASK)


def month_to_number(month: str) -> int:
    """Return the month part of row numbers for ``2026-11``."""
    return pack_key(date.fromisoformat(f"{month}-01"), 0, 0) >> MONTH_SHIFT


def number_to_month(number: int) -> str:
    """Return ``2026-11`` for the month part of a row number."""
    return f"{number // 12 + EPOCH_YEAR}-{number % 12 + 1:02}"


def unpack_shape(key: int) -> int:
    """Return the shape number in a row number."""
    return key >> ID_BITS & SHAPE_MASK

"""Row numbers of the embedded index: month, day of the month, shape and id in 12, 5, 15 and 31 bits.

A *shape* is one combination of facet values. Row numbers grow with the days.
"""

from __future__ import annotations

from datetime import date

FIRST_YEAR = 1900
DAY_BITS, SHAPE_BITS, ID_BITS = 5, 15, 31
ANY_DAY, ANY_SHAPE, ANY_ID = (1 << DAY_BITS) - 1, (1 << SHAPE_BITS) - 1, (1 << ID_BITS) - 1
TO_DAY = SHAPE_BITS + ID_BITS
TO_MONTH = DAY_BITS + TO_DAY
LAST_KEY = (1 << 63) - 1


def pack(day: date, shape: int, id_: int) -> int:
    """Pack a row number; it grows with the day."""
    if id_ > ANY_ID:
        raise OverflowError(f"The embedded index holds ids up to {ANY_ID:,}, not {id_:,}.")
    month = (day.year - FIRST_YEAR) * 12 + day.month - 1
    return ((month << DAY_BITS | day.day) << SHAPE_BITS | shape) << ID_BITS | id_


def day_of(key: int) -> date:
    """Return the day in a row number."""
    month = key >> TO_MONTH
    return date(month // 12 + FIRST_YEAR, month % 12 + 1, key >> TO_DAY & ANY_DAY)


def month_number(month: str) -> int:
    """Return the number that stands for ``2026-11`` in a row number."""
    return pack(date.fromisoformat(f"{month}-01"), 0, 0) >> TO_MONTH


def month_name(number: int) -> str:
    """Return a month's number as ``2026-11``."""
    return f"{number // 12 + FIRST_YEAR}-{number % 12 + 1:02}"


def shape_of(key: int) -> int:
    """Return the number of the shape in a row number."""
    return key >> ID_BITS & ANY_SHAPE

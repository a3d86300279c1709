from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.clock import due

SYDNEY = ZoneInfo("Australia/Sydney")
NINE, FIVE = time(9), time(17)


def at(day, hour, minute=0, month=6):
    return datetime(2026, month, day, hour, minute, tzinfo=SYDNEY)  # 1 June 2026 is a Monday


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (at(1, 9), at(1, 13)),
        (at(1, 13), at(1, 17)),
        (at(1, 15, 30), at(2, 11, 30)),
        (at(1, 6), at(1, 13)),
        (at(1, 22), at(2, 13)),
        (at(5, 16), at(8, 12)),  # Friday afternoon to Monday
        (at(6, 12), at(8, 13)),  # Saturday
        (at(7, 23, 59), at(8, 13)),  # Sunday night
    ],
)
def test_due_counts_working_hours_only(start, expected):
    assert due(start, 4, NINE, FIVE) == expected


def test_due_keeps_office_hours_over_a_change_of_clocks():
    friday = at(2, 16, month=10)  # clocks go forward on Sunday 4 October

    assert due(friday, 2, NINE, FIVE) == at(5, 10, month=10)


def test_due_counts_around_the_clock_without_office_hours():
    assert due(at(6, 12), 4, FIVE, NINE) == at(6, 16)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(SYDNEY)),
    st.integers(1, 60),
)
def test_due_is_always_in_office_hours_and_never_too_soon(start, hours):
    moment = due(start, hours, NINE, FIVE)

    assert moment.weekday() < 5
    assert NINE <= moment.time() <= FIVE
    assert moment.timestamp() - start.timestamp() >= timedelta(hours=hours - 1).total_seconds()

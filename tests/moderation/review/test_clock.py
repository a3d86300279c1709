from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.casework.working_hours import Calendar, due, holidays_of, worked

SYDNEY = ZoneInfo("Australia/Sydney")
NINE, FIVE = time(9), time(17)
OFFICE = Calendar(NINE, FIVE)


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
    assert due(start, timedelta(hours=4), OFFICE) == expected


def test_due_keeps_office_hours_over_a_change_of_clocks():
    friday = at(2, 16, month=10)  # clocks go forward on Sunday 4 October

    assert due(friday, timedelta(hours=2), OFFICE) == at(5, 10, month=10)


def test_due_counts_around_the_clock_without_office_hours():
    assert due(at(6, 12), timedelta(hours=4), Calendar(FIVE, NINE)) == at(6, 16)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(SYDNEY)),
    st.integers(1, 60),
)
def test_due_is_always_in_office_hours_and_never_too_soon(start, hours):
    moment = due(start, timedelta(hours=hours), OFFICE)

    assert moment.weekday() < 5
    assert NINE <= moment.time() <= FIVE
    assert moment.timestamp() - start.timestamp() >= timedelta(hours=hours - 1).total_seconds()


def test_due_leaves_out_the_holidays_of_the_region():
    friday = at(2, 16, month=10)  # Monday 5 October 2026 is Labour Day in New South Wales
    sydney = Calendar(NINE, FIVE, holidays_of("AU", "NSW"))

    assert due(friday, timedelta(hours=2), sydney) == at(6, 10, month=10)


def test_due_in_a_calendar_without_working_days_counts_around_the_clock():
    class Never:
        def __contains__(self, day):
            return True

    assert due(at(1, 9), timedelta(hours=2), Calendar(NINE, FIVE, Never())) == at(1, 11)


@pytest.mark.parametrize("code", [("XX", ""), ("AU", "NOWHERE")])
def test_holidays_of_an_unknown_place_are_refused(code):
    with pytest.raises(ValueError, match="We do not know the holidays"):
        holidays_of(*code)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(SYDNEY)),
    st.integers(1, 3000),
)
def test_worked_time_up_to_the_due_moment_is_what_was_promised(start, minutes):
    moment = due(start, timedelta(minutes=minutes), OFFICE)

    assert worked(start, moment, OFFICE) == timedelta(minutes=minutes)

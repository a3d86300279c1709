from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.casework.working_hours import AROUND_THE_CLOCK, EVERY_DAY, Calendar, due, holidays_of, worked

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


# Agencies with other hours

BERLIN, LONDON = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/London")
SIX_DAYS = Calendar(NINE, FIVE, weekdays=frozenset(range(6)))
NIGHT = Calendar(time(0), time(6), weekdays=EVERY_DAY)


def test_due_on_a_saturday_where_somebody_works_then():
    assert due(at(5, 16), timedelta(hours=4), SIX_DAYS) == at(6, 12)  # Friday afternoon to Saturday
    assert due(at(6, 16), timedelta(hours=4), SIX_DAYS) == at(8, 12)  # Saturday afternoon to Monday


def test_due_in_a_week_that_begins_on_sunday():
    sunday_to_thursday = Calendar(NINE, FIVE, weekdays=frozenset([6, 0, 1, 2, 3]))

    assert due(at(4, 16), timedelta(hours=4), sunday_to_thursday) == at(7, 12)  # Thursday to Sunday


def test_due_around_the_clock_counts_hours_that_pass_and_not_those_of_the_wall():
    before = datetime(2026, 3, 28, 23, tzinfo=BERLIN)  # clocks go from 2 to 3 in this night

    assert due(before, timedelta(hours=4), AROUND_THE_CLOCK) == datetime(2026, 3, 29, 4, tzinfo=BERLIN)
    assert worked(before, datetime(2026, 3, 29, 4, tzinfo=BERLIN), AROUND_THE_CLOCK) == timedelta(hours=4)
    assert AROUND_THE_CLOCK.day == timedelta(hours=24)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (datetime(2026, 3, 29, tzinfo=BERLIN), 5),  # an hour is left out
        (datetime(2026, 10, 25, tzinfo=BERLIN), 7),  # an hour comes twice
        (datetime(2026, 6, 1, tzinfo=BERLIN), 6),
    ],
)
def test_night_on_which_the_clocks_are_turned_has_its_own_length(day, hours):
    end = day.replace(hour=6)

    assert worked(day, end, NIGHT) == timedelta(hours=hours)
    assert due(day, timedelta(hours=hours), NIGHT) == end


def test_hours_that_begin_in_the_hour_left_out_begin_after_it():
    early = Calendar(time(2, 30), time(6), weekdays=EVERY_DAY)
    day = datetime(2026, 3, 29, tzinfo=BERLIN)

    assert due(day, timedelta(minutes=30), early) == datetime(2026, 3, 29, 4, tzinfo=BERLIN)


def test_due_over_new_year_leaves_out_the_holidays_of_both_years():
    scotland = Calendar(NINE, FIVE, holidays_of("GB", "SCT"))
    afternoon = datetime(2026, 12, 24, 16, tzinfo=LONDON)  # Thursday

    # Christmas is a Friday, Boxing Day is kept on Monday; 1 January is a Friday, and Scotland keeps the 2nd on Monday.
    assert due(afternoon, timedelta(hours=2), scotland) == datetime(2026, 12, 29, 10, tzinfo=LONDON)
    eve = datetime(2026, 12, 31, 16, tzinfo=LONDON)
    assert due(eve, timedelta(hours=2), scotland) == datetime(2027, 1, 5, 10, tzinfo=LONDON)


def test_the_same_moment_is_due_at_another_time_in_another_zone():
    friday = datetime(2026, 6, 5, 7, tzinfo=UTC)  # 5 pm in Sydney, 9 am in Berlin

    assert due(friday.astimezone(SYDNEY), timedelta(hours=1), OFFICE) == datetime(2026, 6, 8, 10, tzinfo=SYDNEY)
    assert due(friday.astimezone(BERLIN), timedelta(hours=1), OFFICE) == datetime(2026, 6, 5, 10, tzinfo=BERLIN)


def test_more_work_than_a_year_holds_is_due_in_working_hours_all_the_same():
    moment = due(at(1, 9), 400 * OFFICE.day, OFFICE)

    assert worked(at(1, 9), moment, OFFICE) == 400 * OFFICE.day
    assert (moment.weekday() < 5, moment.time()) == (True, FIVE)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(BERLIN)),
    st.integers(1, 3000),
    st.tuples(st.times(), st.times()).filter(lambda hours: hours[0] < hours[1]),
    st.frozensets(st.integers(0, 6), min_size=1),
)
def test_worked_time_up_to_the_due_moment_is_what_was_promised_in_any_calendar(start, minutes, hours, weekdays):
    calendar = Calendar(*hours, weekdays=weekdays)
    moment = due(start, timedelta(minutes=minutes), calendar)

    assert worked(start, moment, calendar) == timedelta(minutes=minutes)

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from portal.agency.moments import ago, day, day_and_time, last_day, start, time_of_day, time_zone_name
from portal.templatetags.portal import initial

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)  # 12.30 pm in Sydney


@time_machine.travel(NOW)
def test_moment_is_said_in_the_agencys_time():
    closes = datetime(2026, 12, 18, 6, 0, tzinfo=UTC)

    assert day_and_time(closes) == "Friday 18 December, 5\N{NO-BREAK SPACE}pm"
    assert day_and_time(closes + timedelta(days=30, minutes=5)) == "Sunday 17 January 2027, 5:05\N{NO-BREAK SPACE}pm"
    assert day(date(2027, 3, 12)) == "Friday 12 March 2027"
    assert time_zone_name() == "Sydney time"


@pytest.mark.parametrize(
    ("hour", "words"),
    [(0, "midnight"), (1, "1 am"), (10, "10 am"), (12, "noon"), (20, "8 pm")],
)
def test_clock_leaves_out_empty_minutes(hour, words):
    local = datetime(2026, 11, 21, hour, 0, tzinfo=timezone.get_default_timezone())

    assert time_of_day(local) == words.replace(" ", "\N{NO-BREAK SPACE}")


@time_machine.travel(NOW)
def test_midnight_belongs_to_the_day_that_ends_or_begins_with_it():
    midnight = datetime(2026, 12, 18, tzinfo=timezone.get_default_timezone())

    assert day_and_time(midnight) == "midnight at the end of Thursday 17 December"
    assert start(midnight) == "midnight at the start of Friday 18 December"
    assert (last_day(midnight), last_day(midnight + timedelta(hours=17))) == (
        "Thursday 17 December",
        "Friday 18 December",
    )
    assert start(midnight + timedelta(hours=9)) == "Friday 18 December, 9\N{NO-BREAK SPACE}am"


@time_machine.travel(NOW)
def test_moments_that_bind_are_the_agencys_whatever_zone_is_active():
    closes = datetime(2026, 12, 18, 6, 0, tzinfo=UTC)

    with timezone.override("America/New_York"):
        assert (day_and_time(closes), day(closes)) == (
            "Friday 18 December, 5\N{NO-BREAK SPACE}pm",
            "Friday 18 December",
        )


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(days=1), "20 November"),
        (timedelta(days=366), "20 November 2025"),
    ],
)
def test_ago_says_the_day_after_a_day(gone, words):
    assert ago(NOW - gone) == words


def test_initial_of_no_name_is_nothing():
    assert (initial(" harbour"), initial("")) == ("H", "")

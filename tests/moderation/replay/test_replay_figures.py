from datetime import UTC, date, datetime, time, timedelta

import pytest

from moderation.detectors import Context
from moderation.policy.loading import read_policy
from moderation.policy.rules import Finding
from moderation.policy.ruleset import Screening
from moderation.replay.load import Arrivals, cases_per_day, count_late_cases, good_day_pace, predict_load
from moderation.replay.past import PastText, RevisionText
from moderation.replay.showing import rule_rows
from moderation.replay.tally import (
    EXAMPLES_PER_KIND,
    FAILED,
    ExampleDraw,
    GroupCounts,
    ReplayTally,
    share_with_interval,
    support_band,
)
from moderation.text.interval import wilson
from portal.casework.working_hours import Calendar
from tests.moderation.policy.documents import HOLD, data

MONDAY = datetime(2027, 3, 1, 10, tzinfo=UTC)
CALENDAR = Calendar(time(9), time(17))
HOUR = timedelta(hours=1)


def promise(severity):
    return HOUR if severity == 4 else 4 * HOUR


def arrivals(*cases):
    came = Arrivals()
    for at, severity in cases:
        came.add(at, severity)
    return came


@pytest.mark.parametrize(
    ("count", "of", "interval"),
    [
        (0, 0, None),
        (0, 10, (0.0, 0.2775)),
        (10, 10, (0.7225, 1.0)),
        (27, 30, (0.7438, 0.9654)),
        (1, 2, (0.0945, 0.9055)),
    ],
)
def test_wilson_gives_the_interval_of_a_share(count, of, interval):
    found = wilson(count, of)

    assert (found and tuple(round(end, 4) for end in found)) == interval


def test_share_of_nothing_has_no_interval():
    assert share_with_interval(0, 0) == {"count": 0, "of": 0, "low": None, "high": None}
    assert share_with_interval(0, 10) == {"count": 0, "of": 10, "low": 0.0, "high": 0.2775}


@pytest.mark.parametrize(("count", "band"), [(0, "0"), (1, "1-4"), (4, "1-4"), (5, "5-19"), (20, "20+"), (900, "20+")])
def test_support_falls_into_a_band(count, band):
    assert support_band(count) == band


def past_text(number):
    return PastText(RevisionText(number, "", "A fig."), "", Context(), MONDAY, False, 0, "new", "publish", False)


def test_a_rule_that_could_not_be_tried_is_a_line_of_its_own():
    policy, tally = read_policy(data(rules=[HOLD])), ReplayTally()
    saw = Finding("figs", "fruit", "hold", "text", 2, 5, "Has a fig.", "words")
    broke = Finding("figs", "", "hold", "text", 0, 6, "The rule “Figs” could not be tried.")
    tally.add(past_text(1), Screening("publish", ()), Screening("hold", (saw,)))
    tally.add(past_text(2), Screening("publish", ()), Screening("hold", (broke,)))

    result = tally.as_dict(policy, policy, MONDAY.date())

    assert [(row["key"], row["newly_held"], row["examples"]["newly_held"]) for row in result["rules"]] == [
        ("figs", 1, [1]),
        (FAILED, 1, [2]),
    ]
    assert [str(row.name) for row in rule_rows(result)] == [HOLD["title"], "Could not be tried"]


def test_cell_counts_false_alarms_and_missed_among_what_people_decided():
    cell = GroupCounts()
    cell.add(False, True, "newly_held", "publish")
    cell.add(False, True, "newly_held", "refuse")
    cell.add(False, True, "newly_held", "")
    cell.add(True, False, "newly_released", "redact")
    cell.add(True, False, "newly_released", "publish")
    cell.add(True, True, "", "publish")

    assert cell.as_dict() == {
        "texts": 6,
        "held": 4,
        "held_before": 3,
        "newly_held": 3,
        "newly_released": 2,
        "false_alarms": share_with_interval(1, 2),
        "missed": share_with_interval(1, 2),
    }


def test_draw_is_the_same_in_whatever_order_and_no_run_of_neighbours():
    forward, backward = ExampleDraw(), ExampleDraw()
    for revision in range(1000):
        forward.offer(revision)
        backward.offer(999 - revision)

    assert forward.revisions == backward.revisions
    assert len(forward.revisions) == EXAMPLES_PER_KIND
    assert max(forward.revisions) - min(forward.revisions) > 500


def test_draw_keeps_what_there_is_of_few():
    draw = ExampleDraw()
    for revision in (3, 1, 2):
        draw.offer(revision)

    assert sorted(draw.revisions) == [1, 2, 3]


def test_a_good_day_is_what_nine_in_ten_days_do_not_exceed():
    days = [date(2027, 3, 1)] * 4 + [date(2027, 3, 2)] * 6 + [date(2027, 3, 5)] * 2

    assert (good_day_pace(days), good_day_pace([])) == (6, None)
    assert good_day_pace([date(2027, 3, day) for day in range(1, 11)] + [date(2027, 4, 1)] * 50) == 1


@pytest.mark.parametrize(("pace", "missed"), [(4, 0), (2, 2), (1, 3)])
def test_cases_that_do_not_fit_into_a_day_are_late(pace, missed):
    assert count_late_cases(arrivals(*[(MONDAY, 0)] * 4), CALENDAR, promise, pace) == missed


def test_what_is_due_first_is_decided_first():
    both = arrivals((MONDAY.replace(hour=16), 0), (MONDAY.replace(hour=16), 4))

    # The urgent one is due today, the other tomorrow: one a day is enough.
    assert count_late_cases(both, CALENDAR, promise, 1) == 0


def test_what_comes_at_the_weekend_waits_for_monday():
    saturday = MONDAY + timedelta(days=5)
    came = arrivals((saturday, 0), (saturday + timedelta(days=1), 0))

    assert (count_late_cases(came, CALENDAR, promise, 2), count_late_cases(came, CALENDAR, promise, 1)) == (0, 1)


def test_nobody_decides_on_a_holiday():
    tuesday = date(2027, 3, 2)
    came = arrivals(*[(MONDAY.replace(hour=16), 0)] * 2)  # due on the next working day

    free = Calendar(time(9), time(17), days_off={tuesday})
    assert count_late_cases(came, free, promise, 1) == 0
    assert list(came.by_day(free, promise)) == [MONDAY.date()]
    assert dict(came.by_day(free, promise)[MONDAY.date()]) == {date(2027, 3, 3): 2}


def test_a_backlog_is_carried_from_day_to_day():
    came = arrivals(*[(MONDAY + timedelta(days=day), 0) for day in range(3) for _case in range(3)])

    # Two a day: one of Monday's is left, two of Tuesday's, three of Wednesday's; each waits for a later day.
    assert count_late_cases(came, CALENDAR, promise, 2) == 1 + 2 + 3


@pytest.mark.parametrize(("hours", "rate"), [(7, None), (8, 10.0), (80, 1.0)])
def test_load_is_told_from_a_day_of_work_on(hours, rate):
    assert cases_per_day(10, hours * HOUR, CALENDAR) == rate


def test_prediction_without_anybody_at_work_says_so():
    came = {"": arrivals((MONDAY, 0)), "_before": arrivals()}

    assert predict_load(came, 16 * HOUR, None, CALENDAR, promise) == {
        "pace": None,
        "days": 2.0,
        "per_day": 0.5,
        "late": None,
        "per_day_before": 0.0,
        "late_before": None,
    }

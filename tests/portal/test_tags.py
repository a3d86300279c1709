from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace as Block

import pytest
import time_machine
from django.utils import timezone

from consultations.templatetags.reading import Moment, chapters, moments, runs, state_of
from portal.templatetags.portal import ago, clock, day, initial, moment, place_of_time

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)  # 12.30 pm in Sydney


def blocks(*kinds):
    return [Block(block_type=kind, value={"title": kind}) for kind in kinds]


def kinds_of(found):
    return [(kind, [block.block_type for block in run]) for kind, run in found]


@time_machine.travel(NOW)
def test_moment_is_said_in_the_agencys_time():
    closes = datetime(2026, 12, 18, 6, 0, tzinfo=UTC)

    assert moment(closes) == "Friday 18 December, 5\N{NO-BREAK SPACE}pm"
    assert moment(closes + timedelta(days=30, minutes=5)) == "Sunday 17 January 2027, 5:05\N{NO-BREAK SPACE}pm"
    assert day(date(2027, 3, 12)) == "Friday 12 March 2027"
    assert place_of_time() == "Sydney time"


@pytest.mark.parametrize(
    ("hour", "words"),
    [(0, "12 am"), (1, "1 am"), (10, "10 am"), (12, "12 pm"), (20, "8 pm")],
)
def test_clock_leaves_out_empty_minutes(hour, words):
    local = datetime(2026, 11, 21, hour, 0, tzinfo=timezone.get_default_timezone())

    assert clock(local) == words.replace(" ", "\N{NO-BREAK SPACE}")


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


def test_runs_keep_what_stands_between_sections_with_the_proposal():
    found = runs(blocks("section", "fact", "section", "fact", "myth", "timeline", "picture", "faq"))

    assert kinds_of(found) == [
        ("section", ["section", "fact", "section"]),
        ("fact", ["fact", "myth"]),
        ("timeline", ["timeline", "picture"]),
        ("faq", ["faq"]),
    ]


def test_runs_keep_two_sets_of_documents_apart():
    assert kinds_of(runs(blocks("documents", "documents"))) == [("documents", ["documents"])] * 2


def test_chapters_have_addresses_of_their_own():
    found = chapters(blocks("picture", "fact", "documents", "fact"))

    assert [(chapter.title, chapter.anchor) for chapter in found] == [
        ("", "picture"),
        ("What we know", "fact"),
        ("documents", "documents"),
        ("What we know", "fact-2"),
    ]


@time_machine.travel(NOW)
def test_moments_mark_the_first_day_to_come():
    days = [date(2026, 12, 18), date(2026, 11, 9), date(2026, 11, 21)]

    found = moments([{"date": each, "title": "A day", "text": ""} for each in days])

    assert found == [
        Moment(date(2026, 11, 9), "A day", "", "past"),
        Moment(date(2026, 11, 21), "A day", "", "next"),
        Moment(date(2026, 12, 18), "A day", "", "later"),
    ]


def test_state_of_threads_differs_with_every_reply_version():
    comment = Block(reference="AAAA-AAAA", version=3, support_count=2, reply_count=1)
    reply = Block(reference="BBBB-BBBB", version=1, support_count=0, reply_count=0)
    before = state_of([Block(comment=comment, replies=[reply])])
    reply.version = 2

    assert before == "AAAA-AAAA.3.2.1 BBBB-BBBB.1.0.0"
    assert state_of([Block(comment=comment, replies=[reply])]) == "AAAA-AAAA.3.2.1 BBBB-BBBB.2.0.0"

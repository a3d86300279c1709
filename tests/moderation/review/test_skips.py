from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from moderation.models import Case, Skip
from tests.factories import HELD_TEXT, submission_to
from tests.moderation.case_pages import case_of, messages_of, send

pytestmark = pytest.mark.django_db

STREETS = iter("abcdefghijklmnopqrstuvwxyz" * 4)


@pytest.fixture
def cases(consultation):
    """Return three cases, most pressing first, that are no copies of one letter."""
    found = []
    for minutes in (10, 20, 30):
        case = case_of(submission_to(consultation, f"Ring 0491 570 006: {next(STREETS) * 9} {next(STREETS) * 7}."))
        at = timezone.now() + timedelta(minutes=minutes)
        Case.objects.filter(pk=case.pk).update(due_at=at, rank_at=at)
        found.append(Case.objects.get(pk=case.pk))
    return found


def next_after(desk, *leaving, asked=""):
    response = desk.post(reverse("queue_next") + asked, {"leaving": [case.pk for case in leaving]})
    return response["Location"].removeprefix("/admin/queue/").partition("/")[0]


def test_skipped_case_does_not_come_back_after_a_decision(desk, cases):
    first, second, third = cases
    assert next_after(desk) == str(first.pk)
    assert next_after(desk, first) == str(second.pk)

    response = send(desk, second, action="publish")

    assert response["Location"] == reverse("queue_case", args=[third.pk])


def test_end_of_the_queue_says_how_many_were_left_and_they_can_be_read_again(desk, cases):
    for case in cases:
        next_after(desk, case)

    response = desk.post(reverse("queue_next"), follow=True)
    assert "You left 3 for later." in messages_of(response)[-1]
    assert {"label": "Left for later", "count": 3} in [
        {name: part[name] for name in ("label", "count")} for part in response.context["parts"]
    ]

    later = "?part=later"
    assert next_after(desk, asked=later) == str(cases[0].pk)
    assert next_after(desk, cases[0], asked=later) == str(cases[1].pk)
    assert next_after(desk, cases[2], asked=later) == str(cases[0].pk)


def test_skips_are_ones_own(desk, danas_desk, cases):
    next_after(desk, cases[0])

    assert next_after(danas_desk) == str(cases[0].pk)


def test_changed_text_is_not_skipped_any_more(desk, cases, moderator):
    next_after(desk, cases[0])
    cases[0].submission.revise(text=f"{HELD_TEXT} Soon, please.")

    assert cases[0] in Case.objects.for_reader(moderator)


def test_skipped_case_comes_back_the_next_day(desk, cases, moderator):
    next_after(desk, cases[0])
    assert cases[0] not in Case.objects.for_reader(moderator)

    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        assert cases[0] in Case.objects.for_reader(moderator)


def test_colleagues_case_is_passed_and_not_skipped(desk, cases, dana):
    cases[0].claim(dana)

    next_after(desk, cases[0])

    assert not Skip.objects.exists()

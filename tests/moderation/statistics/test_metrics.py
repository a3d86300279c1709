"""The pace, as Prometheus is told of it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from consultations.models import Submission
from moderation.statistics.metrics import pace_exposition
from tests.factories import submission_to

pytestmark = pytest.mark.django_db


def told():
    shown = pace_exposition().decode()
    return {kind: float(number) for kind, number in re.findall(r'parley_pace\{kind="(\w+)"\} (.+)', shown)}


def test_pace_counts_what_came_in_the_last_ten_minutes(consultation):
    submissions = [submission_to(consultation) for _n in range(3)]
    Submission.objects.filter(pk=submissions[0].pk).update(received_at=timezone.now() - timedelta(minutes=11))

    assert told() == {"texts": 2, "answers": 0, "supports": 0, "votes": 0, "reports": 0}


def test_pace_asks_once_for_each_kind_and_not_again_within_a_minute(
    consultation, time_machine, django_assert_num_queries
):
    time_machine.move_to("2026-11-02 09:00Z", tick=False)
    submission_to(consultation)

    with django_assert_num_queries(5):
        told()
    submission_to(consultation)
    time_machine.move_to("2026-11-02 09:00:59Z", tick=False)
    with django_assert_num_queries(0):
        assert told()["texts"] == 1
    time_machine.move_to("2026-11-02 09:01:01Z", tick=False)
    with django_assert_num_queries(5):
        assert told()["texts"] == 2

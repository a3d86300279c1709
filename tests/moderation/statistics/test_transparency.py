import csv
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.models import Submission
from moderation.models import CaretakerPeriod, Case, Decision, ExternalRequest
from moderation.review.decisions import decide
from moderation.statistics.transparency import CountFigure, transparency_figures
from tests.factories import held_in, submission_to

pytestmark = pytest.mark.django_db

QUERIES = 24


def refuse(submission, actor, clause="personal-information", **fields):
    case = submission.cases.get(closed_at=None)
    return decide(
        case, revision_id=case.revision_id, action="refuse", actor=actor, clauses=[clause], reason="A number.", **fields
    )


def count(group, name):
    return next(figure.count for figure in group if figure.name == name)


@pytest.fixture
def busy(consultation, moderator):
    for number in range(6):
        submission_to(consultation, f"The night bus number {number} is fine.")
    for _number in range(12):
        held_in(consultation)
    for submission in Submission.objects.filter(status="held")[:5]:
        refuse(submission, moderator)


def test_figures_tell_how_texts_stand(busy):
    assert transparency_figures().texts == (
        CountFigure("received", 18),
        CountFigure("published", 6),
        CountFigure("held", 7),
        CountFigure("refused", 5),
        CountFigure("withdrawn", 0),
        CountFigure("redacted", 0),
    )


def test_figures_say_what_the_machine_did_alone(busy):
    assert transparency_figures().machine == (
        CountFigure("passed", 6),
        CountFigure("passed with a note", 0),
        CountFigure("held for a person", 12),
        CountFigure("refused by machine", 0),
    )


def test_figures_count_refusals_by_clause(busy):
    (row,) = [clause for clause in transparency_figures().clauses if clause.refused]

    assert (row.number, row.title, row.refused, row.redacted) == (5, "Keep private details private", 5, 0)


def test_small_figures_are_left_out(consultation, moderator):
    for _number in range(6):
        held_in(consultation)
    refuse(Submission.objects.filter(status="held").first(), moderator)

    made = transparency_figures()

    assert (count(made.texts, "refused"), count(made.texts, "held")) == (None, None)  # 1 could be had from 6 and 5
    assert [clause.refused for clause in made.clauses if clause.number == 5] == [None]


def test_figures_leave_out_what_was_decided_elsewhere_or_taken_back(consultation, moderator):
    for _number in range(12):
        held_in(consultation)
    for place, submission in enumerate(Submission.objects.filter(status="held")):
        refuse(submission, moderator, imported=place < 6)
    Decision.objects.filter(imported=False).update(undone_at=timezone.now())

    assert [clause.refused for clause in transparency_figures().clauses if clause.refused] == []


def test_pace_is_measured_against_the_promise(busy):
    late = Case.objects.filter(closed_at__isnull=False).first()
    Case.objects.filter(pk=late.pk).update(
        opened_at=timezone.now() - timedelta(days=9), due_at=timezone.now() - timedelta(days=8)
    )

    pace = transparency_figures().pace

    assert (pace.decided, pace.in_time) == (5, None)  # one was late: 80 % of 5 would say so
    assert pace.median_hours < 0.1 < 9 < pace.slow_hours


def test_page_shows_registers_and_costs_the_same_for_more(client, busy, django_assert_num_queries):
    today = timezone.localdate()
    for _number in range(3):
        ExternalRequest.objects.create(asked_on=today, asked_by="minister", about="Remove a comment on buses.")
        CaretakerPeriod.objects.create(
            title="Election", starts_at=timezone.now(), ends_at=timezone.now() + timedelta(days=9), notice="Soon."
        )
    client.get(reverse("moderation:transparency"))

    with django_assert_num_queries(0):  # the page is made once for everybody
        page = client.get(reverse("moderation:transparency")).content.decode()

    assert page.count("Remove a comment on buses.") == 3
    assert "not shown" in page


def test_figures_cost_no_more_for_many(busy, django_assert_max_num_queries):
    with django_assert_max_num_queries(QUERIES):
        transparency_figures()


def test_open_data_says_the_same_as_the_page(client, busy):
    json = client.get(reverse("moderation:figures_json")).json()
    rows = list(csv.reader(client.get(reverse("moderation:figures_csv")).content.decode().splitlines()))

    assert json["texts"][0] == {"name": "received", "count": 18}
    assert ["texts", "", "received", "18"] in rows
    assert ["clauses", "5 Keep private details private", "refused", "5"] in rows
    assert len(json["months"]) == 12

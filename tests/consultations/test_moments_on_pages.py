"""What pages say of time: what comes next comes first, hours on the last day, dates on paper, and when we are late."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from moderation.models import CaretakerPeriod
from portal.agency.moments import day_and_time
from tests.factories import ConsultationFactory, held_in, idea_for, questionnaire_for, response_to, submission_to

pytestmark = pytest.mark.django_db


def at(**span):
    return timezone.now() + timedelta(**span)


def words(client, address, **query):
    return " ".join(client.get(address, query).content.decode().split())


def test_all_consultations_are_in_the_order_of_what_comes_next(client, db):
    days = {
        "Soon": (-9, 2),
        "Later": (-9, 9),
        "Next": (1, 30),
        "After": (5, 8),
        "Latest": (-9, -1),
        "Oldest": (-99, -90),
    }
    for title, (opens, closes) in reversed(days.items()):
        ConsultationFactory(title=title, opens_at=at(days=opens), closes_at=at(days=closes))

    page = words(client, reverse("consultations:list"))

    assert sorted(days, key=lambda title: page.index(f">{title}</a>")) == list(days)


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ({"days": 2, "minutes": 5}, "2 days left"),
        ({"days": 1, "minutes": 5}, "1 day left"),
        ({"hours": 23, "minutes": 5}, "23 hours left"),
        ({"hours": 1, "minutes": 5}, "1 hour left"),
        ({"minutes": 59}, "less than an hour left"),
    ],
)
def test_the_last_day_is_said_in_hours(client, db, left, said):
    page = ConsultationFactory(closes_at=at(**left))

    for address in (page.get_absolute_url(), reverse("consultations:list")):
        shown = words(client, address)
        assert f'<span class="on-screen">· {said} </span>' in shown
        assert "last day" not in shown


def test_an_upcoming_consultation_is_two_entries_of_a_calendar(client, db):
    page = ConsultationFactory(title="Trees", opens_at=at(days=1), closes_at=at(days=9))
    address = reverse("consultations:calendar", args=[page.slug])

    lines = client.get(address).content.decode().split("\r\n")

    starts = [f"DTSTART:{moment:%Y%m%dT%H%M%SZ}" for moment in (page.opens_at, page.closes_at)]
    assert [line for line in lines if line.startswith("DTSTART")] == starts
    assert [line for line in lines if line.startswith("SUMMARY")] == ["SUMMARY:Opens: Trees", "SUMMARY:Closes: Trees"]
    assert len({line for line in lines if line.startswith("UID")}) == 2
    assert "Put the dates in my calendar" in words(client, page.get_absolute_url())
    with time_machine.travel(at(days=2)):
        assert client.get(address).content.decode().count("BEGIN:VEVENT") == 1


def test_how_long_ago_a_text_came_is_a_date_on_paper(client, consultation):
    then = at(hours=-3, minutes=-5)
    idea, comment = idea_for(consultation, received_at=then), submission_to(consultation, received_at=then)
    on_paper = " ".join(day_and_time(then).split())
    places = [idea.get_absolute_url(), comment.get_absolute_url(), consultation.get_absolute_url()]
    for address in [*places, reverse("consultations:ideas", args=[consultation.slug])]:
        page = words(client, address)
        assert f'data-on-paper="{on_paper}">3 hours ago</time>' in page


def test_a_text_that_is_read_late_says_so(client, consultation):
    held = held_in(consultation)
    open_question = questionnaire_for(consultation)[0]
    response = response_to(consultation, {open_question: "Ring me on 0491 570 006."})
    in_time = [words(client, each.get_receipt_url()) for each in (held, response)]

    with time_machine.travel(at(days=30)):
        late = [words(client, each.get_receipt_url()) for each in (held, response)]

    assert ["at the latest" in page for page in in_time + late] == [True, True, False, False]
    assert ["and are late" in page for page in in_time + late] == [False, False, True, True]
    assert ("A person will have read it by" in in_time[0], "A person was to have read it by" in late[0]) == (True, True)


def test_a_caretaker_period_that_is_over_is_not_denied(client, lead):
    client.force_login(lead)
    address = reverse("crisis")
    assert "No caretaker period is in force or to come." in words(client, address)
    CaretakerPeriod.objects.create(
        title="Election of May", notice="We wait.", starts_at=at(days=-20), ends_at=at(days=-10)
    )

    assert "The last one, Election of May, was over" in words(client, address)


def test_a_caretaker_period_to_come_is_not_told_as_past(client):
    CaretakerPeriod.objects.create(title="May", notice="We wait.", starts_at=at(days=5), ends_at=at(days=9))
    address = reverse("moderation:transparency")

    assert "everything is read before it appears." in words(client, address)
    with time_machine.travel(at(days=10)):
        assert "everything was read before it appeared." in words(client, address)

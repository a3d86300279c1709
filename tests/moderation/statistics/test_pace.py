"""The page of the pace: what came in by the minute, what the limits count, and the form that pauses."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from consultations.models import ParticipationPause, Submission, Support
from consultations.submitting.limits import TEXTS_FROM_NETWORK
from moderation.redress.reports import file_report
from moderation.statistics.pace import PACE_RANGES, limit_tallies, pace_of
from portal.agency.moments import day_and_time
from tests.factories import ConsultationFactory, questionnaire_for, response_to, submission_to

pytestmark = pytest.mark.django_db

FORM = {"consultation": "", "minutes": 60, "reason": "Somebody floods the site."}


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def busy(consultation):
    """Three texts, two of them in one minute, a support, a report, a questionnaire, and a text of two hours ago."""
    now = timezone.now()
    ago = [timedelta(minutes=5), timedelta(minutes=5), timedelta(minutes=9), timedelta(hours=2)]
    texts = [submission_to(consultation, f"Text {n} about the east gate.") for n in range(4)]
    for text, back in zip(texts, ago, strict=True):
        moment = (now - back).replace(second=1)
        Submission.objects.filter(pk=text.pk).update(received_at=moment)
    submission_to(consultation, "A letter on paper.", channel="paper")
    Support.give(texts[0], "somebody")
    file_report(texts[0], texts[0].cleared, reporter_key="a")
    response_to(consultation, {questionnaire_for(consultation)[0]: "A lamp."})
    return consultation


def columns(found):
    """Return the total of each kind over all steps."""
    return [sum(column) for column in zip(*(numbers for _at, numbers in found.steps), strict=True)]


def test_what_came_in_is_counted_by_consultation_and_by_the_minute(busy):
    found = pace_of(PACE_RANGES["hour"])

    assert [(each.pk, each.numbers) for each in found.consultations] == [
        (busy.pk, [(3, 2), (1, 1), (1, 1), (0, 0), (1, 1)])
    ]
    assert found.together.numbers == [(3, 2), (1, 1), (1, 1), (0, 0), (1, 1)]
    assert (len(found.steps), columns(found)) == (60, [3, 1, 1, 0, 1])


def test_the_day_is_counted_by_the_hour(busy):
    found = pace_of(PACE_RANGES["day"])

    assert (len(found.steps), columns(found)) == (24, [4, 1, 1, 0, 1])


def test_the_pace_costs_the_same_queries_for_many_consultations(busy, django_assert_num_queries):
    for _n in range(3):
        submission_to(ConsultationFactory())

    with django_assert_num_queries(5):
        pace_of(PACE_RANGES["hour"])


def test_limits_say_how_many_are_over_of_how_many(transactional_db, django_assert_num_queries):
    for _n in range(TEXTS_FROM_NETWORK.most + 3):
        TEXTS_FROM_NETWORK.count("a busy network")
    TEXTS_FROM_NETWORK.count("a quiet one")

    with django_assert_num_queries(1):
        found = {each.limit.name: each[1:] for each in limit_tallies()}

    assert found["texts"] == (2, 1, 3)
    assert found["supports"] == (0, 0, 0)
    assert "taps" not in found


def test_the_page_shows_numbers_with_their_base_and_no_address(desk, busy):
    TEXTS_FROM_NETWORK.count("192.0.2.77")

    page = desk.get(reverse("pace")).content.decode()

    assert busy.title in page
    assert "0 of 1" in page
    assert "192.0.2.77" not in page
    assert TEXTS_FROM_NETWORK.key_of("192.0.2.77") not in page


def test_a_consultation_that_one_may_not_open_is_counted_and_not_named(desk, busy, moderator):
    PageViewRestriction.objects.create(page=busy, restriction_type=PageViewRestriction.LOGIN)
    ParticipationPause.begin(actor=moderator, consultation=busy, reason="Why.", lasts=timedelta(hours=1))

    page = desk.get(reverse("pace")).content.decode()

    assert busy.title not in page
    assert "1 consultation that you may not open is counted in the last row only." in page
    assert "A consultation that you may not open" in page


def test_a_moderator_pauses_everything_and_an_administrator_ends_it(desk, client, moderator, administrator):
    begun = desk.post(reverse("pace"), FORM, follow=True).content.decode()
    pause = ParticipationPause.objects.get()
    client.force_login(administrator)
    ended = client.post(reverse("pause_end", args=[pause.pk]), follow=True).content.decode()

    pause.refresh_from_db()
    assert (pause.consultation, pause.begun_by, pause.ended_by) == (None, moderator, administrator)
    assert pause.ends_at - pause.begun_at <= timedelta(hours=1)
    assert "Paused: Every consultation" in begun
    assert "The pause is over. People can take part again." in ended
    assert "Nothing is paused." in ended


@pytest.mark.parametrize(
    "change", [{"reason": " "}, {"reason": "It is ada@example.org."}, {"minutes": 100000}, {"consultation": 999999}]
)
def test_what_cannot_be_is_an_error_and_pauses_nothing(desk, change):
    response = desk.post(reverse("pace"), FORM | change)

    assert (response.status_code, ParticipationPause.objects.count()) == (422, 0)


@pytest.mark.parametrize(("minutes", "is_warned"), [(15, False), (60, True)])
def test_a_pause_of_all_beyond_a_closing_time_is_warned_of(desk, minutes, is_warned):
    ConsultationFactory(title="Ferry piers", closes_at=timezone.now() + timedelta(minutes=30))
    what = {"consultation": "", "minutes": minutes}

    page = desk.post(reverse("pace"), FORM | what, follow=True).content.decode()

    assert ("Closes before the pause is over: Ferry piers." in page) == is_warned


def test_a_pause_that_outlasts_the_closing_is_refused_and_says_until_when(desk):
    closes_at = timezone.now() + timedelta(minutes=30)
    soon = ConsultationFactory(title="Ferry piers", closes_at=closes_at)
    refused = desk.post(reverse("pace"), FORM | {"consultation": soon.pk, "minutes": 60})

    assert (refused.status_code, ParticipationPause.objects.count()) == (422, 0)
    assert f"It closes before the pause is over: {day_and_time(closes_at)}." in refused.content.decode()
    desk.post(reverse("pace"), FORM | {"consultation": soon.pk, "minutes": 15})
    assert ParticipationPause.objects.get().consultation == soon


def test_a_second_press_says_that_it_is_paused_already(desk):
    desk.post(reverse("pace"), FORM)

    response = desk.post(reverse("pace"), FORM)

    assert (response.status_code, ParticipationPause.objects.count()) == (422, 1)
    assert "It is paused already" in response.content.decode()

"""The form, the one letter that asks, and the page that says yes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from consultations.models import Follow, Follower
from consultations.submitting.follow_forms import FollowForm
from consultations.submitting.limits import FOLLOWS_OF_ADDRESS, FOLLOWS_OF_ONE_THING
from portal.http.rate_limits import RateLimit
from portal.models import ConfirmedAddress, Message, SuppressedAddress
from portal.outbox.address_keys import address_key
from portal.outbox.confirmation import CONFIRMATION_LETTERS
from tests.consultations.following.letters import ADDRESS, ask, follow_of, letters_after, link_in
from tests.factories import ConsultationFactory

pytestmark = pytest.mark.django_db


def test_guest_follows_once_the_owner_of_the_address_has_said_yes(client, consultation):
    answer = ask(client, consultation, pace="weekly")
    asked_page = client.get(answer["Location"])
    [letter] = letters_after()
    path = link_in(letter)
    opened = client.get(path)
    before = list(Follow.objects.values_list("confirmed_at", flat=True))
    said_yes = client.post(path)

    assert "Look into your mailbox" in asked_page.content.decode()
    assert ADDRESS not in asked_page.content.decode()
    assert (letter.to, letter.subject) == ([ADDRESS], "Shall we write to you?")
    assert "text/html" in [kind for _content, kind in letter.alternatives]
    assert "Yes, write to me" in opened.content.decode()
    assert before == [None]
    [follow] = Follow.objects.all()
    assert (follow.consultation, follow.pace, bool(follow.confirmed_at)) == (consultation, "weekly", True)
    assert said_yes["Location"] == follow.follower.get_absolute_url()
    assert consultation.title in client.get(said_yes["Location"]).content.decode()


def test_following_says_nothing_of_whose_texts_an_address_may_read(client, consultation):
    ask(client, consultation)
    client.post(link_in(letters_after()[0]))

    assert not ConfirmedAddress.objects.exists()


def test_nobody_who_has_not_said_yes_is_written_to(consultation):
    Follow.objects.begin(Follower.objects.with_address(ADDRESS), consultation, "at_once")
    consultation.title = "Another title"
    consultation.save_revision().publish()

    assert letters_after() == []


def test_answer_is_the_same_for_every_address(client, consultation):
    follow_of(consultation, address="follows@example.org")
    SuppressedAddress.objects.note("bounces@example.org", SuppressedAddress.Reason.BOUNCED, "gone")
    for _n in range(FOLLOWS_OF_ONE_THING.most):
        ask(client, consultation, address="asked@example.org")

    answers = [
        ask(client, consultation, address=f"{who}@example.org") for who in ("new", "follows", "bounces", "asked")
    ]

    assert len({(answer.status_code, answer["Location"]) for answer in answers}) == 1


def test_who_follows_already_is_told_so_and_nothing_changes(client, consultation):
    follow = follow_of(consultation, "weekly")

    ask(client, consultation, pace="daily")
    [letter] = letters_after()

    assert "We do so already." in letter.body
    assert link_in(letter) == follow.follower.get_absolute_url()
    follow.refresh_from_db()
    assert follow.pace == "weekly"


def test_one_address_is_asked_twice_a_day_about_one_consultation(client, consultation):
    for _n in range(3):
        ask(client, consultation)
        letters_after()

    assert Message.objects.count() == FOLLOWS_OF_ONE_THING.most


def test_one_address_is_asked_ten_times_a_day_at_most(client, monkeypatch):
    monkeypatch.setattr(FollowForm, "limit", RateLimit("many_follows", most=100, window_seconds=60))
    others = [ConsultationFactory() for _n in range(FOLLOWS_OF_ADDRESS.most + 1)]

    for page in others:
        ask(client, page)

    assert Message.objects.count() == Follow.objects.count() == FOLLOWS_OF_ADDRESS.most


def test_forms_to_follow_use_up_no_letter_about_texts_and_the_other_way_round(client, consultation):
    for _n in range(CONFIRMATION_LETTERS.most + 1):
        CONFIRMATION_LETTERS.count(address_key(ADDRESS))

    for page in (consultation, ConsultationFactory(), ConsultationFactory(), ConsultationFactory()):
        ask(client, page)

    assert len(letters_after()) == 4
    assert CONFIRMATION_LETTERS.tally(address_key(ADDRESS)).number == CONFIRMATION_LETTERS.most + 1


def test_answered_consultation_is_not_followed_by_its_address_either(client):
    now = timezone.now()
    outcome = [("text", "<p>We run eight lines.</p>")]
    page = ConsultationFactory(opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1), outcome=outcome)

    assert ask(client, page).status_code == 404
    assert not Follow.objects.exists()


def test_many_forms_of_one_network_cost_a_puzzle(client, consultation):
    answers = [ask(client, consultation, address=f"a{n}@example.org").status_code for n in range(11)]

    assert answers == [302] * 10 + [422]


@pytest.mark.parametrize("fields", [{"website": "spam"}, {"stamp": ""}])
def test_what_looks_like_a_script_costs_a_puzzle_and_keeps_what_was_typed(client, consultation, fields):
    answer = ask(client, consultation, **fields)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A small puzzle" in page
    assert f'value="{ADDRESS}"' in page
    assert not Follower.objects.exists()


def test_mistake_is_said_and_nothing_typed_is_lost(client, consultation):
    answer = ask(client, consultation, address="amira", pace="daily")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This does not look like an e-mail address" in page
    assert 'value="amira"' in page
    assert '<option value="daily" selected>' in page


def test_link_works_for_a_week_and_unconfirmed_ones_are_forgotten(client, consultation, time_machine):
    ask(client, consultation)
    path = link_in(letters_after()[0])
    kept = follow_of(consultation, address="kept@example.org")

    time_machine.move_to(timezone.now() + timedelta(days=7, minutes=1))
    assert client.post(path).status_code == 404
    Follow.objects.clear_away()

    assert list(Follow.objects.all()) == [kept]
    assert list(Follower.objects.all()) == [kept.follower]


def test_what_few_may_see_is_not_offered_and_not_written_about(client, consultation):
    ask(client, consultation)
    path = link_in(letters_after()[0])
    PageViewRestriction.objects.create(page=consultation, restriction_type="password", password="x")

    assert client.post(path).status_code == 404
    assert ask(client, consultation, address="new@example.org").status_code == 404
    assert not Follow.objects.confirmed().exists()


def test_agency_is_followed_by_the_same_form(client):
    ask(client)
    [letter] = letters_after()
    client.post(link_in(letter))

    assert "when there is a new consultation" in letter.body
    assert Follow.objects.confirmed().get().consultation is None


def test_signed_in_people_follow_with_one_tap(client, consultation, confirmed_citizen):
    client.force_login(confirmed_citizen)
    path = reverse("consultations:follow", args=[consultation.slug])
    offered = client.get(consultation.get_absolute_url()).content.decode()

    answer = client.post(path, {"pace": "daily"}, follow=True)

    assert f"Write to me at {confirmed_citizen.email}" in offered
    assert "You follow this consultation." in answer.content.decode()
    [follow] = Follow.objects.confirmed()
    assert (follow.follower.account, follow.follower.address, follow.pace) == (confirmed_citizen, "", "daily")
    assert letters_after() == []


def test_account_without_a_confirmed_address_is_asked_by_letter(client, consultation, citizen):
    client.force_login(citizen)

    ask(client, consultation, address=citizen.email)

    assert len(letters_after()) == 1
    assert not Follow.objects.confirmed().exists()


def test_address_of_an_account_leads_to_its_follower(client, consultation, confirmed_citizen):
    ask(client, consultation, address=confirmed_citizen.email.upper())

    assert Follower.objects.get().account == confirmed_citizen


def test_form_on_the_page_is_the_same_for_all_guests(client, consultation):
    page = client.get(consultation.get_absolute_url()).content.decode()

    assert f'action="{reverse("consultations:follow", args=[consultation.slug])}"' in page
    assert "csrfmiddlewaretoken" not in page

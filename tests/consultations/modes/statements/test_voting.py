"""One statement at a time: who may answer, how often it counts, and what comes next."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations import access
from consultations.models import ParticipationPause, StatementTally, StatementVote
from consultations.modes.statements.ballot import Ballot
from consultations.modes.statements.draw import place_in_line, weight
from consultations.submitting import limits
from consultations.submitting.once import new_token
from tests.consultations.submitting import solved
from tests.factories import HELD_TEXT, ConsultationFactory, statement_for, votes_on
from tests.moderation.concurrency import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation():
    return ConsultationFactory(modes=["statements"])


@pytest.fixture
def three(consultation):
    return [statement_for(consultation, f"Line {number} should run all night.") for number in range(3)]


def browser(address="203.0.113.7"):
    """Return a new browser in a network."""
    return Client(headers={"Sec-Fetch-Site": "same-origin"}, REMOTE_ADDR=address)


def answer(client, statement, choice="agree", **fields):
    """Answer as the script of one browser does, whose page has a token of its own."""
    client.token = getattr(client, "token", "") or new_token()
    sent = {"choice": choice, "token": client.token, "revision": 1, **fields}
    return client.post(statement.get_absolute_url(), sent)


def tally(statement):
    found = StatementTally.objects.filter(pk=statement.pk).first()
    return (found.agree_count, found.disagree_count, found.pass_count) if found else (0, 0, 0)


def test_every_guest_is_led_to_the_same_page_with_one_statement(consultation, three):
    address = reverse("consultations:statements", args=[consultation.slug])

    pages = [browser(f"203.0.113.{n}").get(address, follow=True).content.decode() for n in range(3)]

    assert pages[0] == pages[1] == pages[2]
    assert sum(f">{each.current.text}</h1>" in pages[0] for each in three) == 1
    assert "<strong>1 of 3</strong>, stop whenever you like" in pages[0]
    assert "people answered" not in pages[0]


def test_one_goes_from_statement_to_statement_until_all_are_answered(client, consultation, three):
    start = client.get(reverse("consultations:statements", args=[consultation.slug]), follow=True)
    here, met = start.context["statement"], []
    for number, choice in enumerate(["agree", "disagree", "pass"], 1):
        met.append(here)
        following = answer(client, here, choice)
        page = client.get(following["Location"])
        shown = page.content.decode()
        assert {"agree": "You agreed", "disagree": "You disagreed", "pass": "You passed"}[choice] in shown
        assert f"“{here.current.text}”" in shown or number == 3
        here = page.context.get("statement")

    assert {each.pk for each in met} == {each.pk for each in three}
    assert reverse("consultations:statement_results", args=[consultation.slug]) in following["Location"]
    assert "You have answered all of them. Thank you." in shown
    assert [tally(each) for each in met] == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]


def test_back_and_reload_show_the_same_statement(client, consultation, three):
    address = reverse("consultations:statements", args=[consultation.slug])
    answer(client, three[0])

    following = client.get(address)["Location"]
    assert {client.get(address)["Location"] for _n in range(5)} == {following}
    assert client.get(following).context["statement"] == client.get(following).context["statement"]
    assert "You agreed" in client.get(three[0].get_absolute_url()).content.decode()


def test_taps_in_a_row_are_one_vote_and_another_mind_takes_its_place(client, three):
    for choice in ("agree", "agree", "agree", "disagree", "pass", "pass"):
        answer(client, three[0], choice)

    assert StatementVote.objects.count() == 1
    assert tally(three[0]) == (0, 0, 1)
    shown = client.get(three[0].get_absolute_url()).content.decode()
    assert 'value="pass" aria-pressed="true"' in shown


def test_three_taps_of_a_new_browser_before_its_cookie_arrived_are_one_vote(three):
    for _tap in range(3):
        sent = {"choice": "agree", "token": "0123456789abcdef", "revision": 1}
        response = browser().post(three[0].get_absolute_url(), sent)
        assert response.status_code == 302

    assert tally(three[0]) == (1, 0, 0)


def test_a_new_browser_without_script_is_asked_once(client, three):
    asked = client.post(three[0].get_absolute_url(), {"choice": "disagree", "revision": 1})
    token = asked.context["form"].token

    assert (asked.status_code, StatementVote.objects.count()) == (422, 0)
    assert 'value="disagree" checked' in asked.content.decode()
    again = {"choice": "disagree", "token": token, "revision": 1}
    assert client.post(three[0].get_absolute_url(), again).status_code == 302
    assert client.post(three[1].get_absolute_url(), {"choice": "agree", "revision": 1}).status_code == 302
    assert [tally(each) for each in three] == [(0, 1, 0), (1, 0, 0), (0, 0, 0)]


@pytest.mark.parametrize("choice", ["", "perhaps", "x" * 300])
def test_what_is_no_answer_is_none(client, three, choice):
    response = answer(client, three[0], choice)

    assert (response.status_code, StatementVote.objects.count()) == (422, 0)


def test_a_signed_in_person_is_one_voter_in_every_browser(citizen, three):
    for _n in range(2):
        each = browser()
        each.force_login(citizen)
        assert each.post(three[0].get_absolute_url(), {"choice": "agree", "revision": 1}).status_code == 302

    assert tally(three[0]) == (1, 0, 0)


def test_a_page_of_another_site_casts_no_vote(client, three):
    response = client.post(three[0].get_absolute_url(), {"choice": "agree"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert (response.status_code, StatementVote.objects.count()) == (403, 0)


@pytest.mark.parametrize("how", ["closed", "upcoming", "switched off", "held", "withdrawn", "paused"])
def test_only_public_statements_of_an_open_consultation_take_votes(client, consultation, three, how):
    statement = three[0]
    if how == "held":
        statement = statement_for(consultation, HELD_TEXT)
    if how == "withdrawn":
        statement.withdraw()
    if how == "paused":
        ParticipationPause.begin(actor=None, consultation=consultation, reason="Why.", lasts=timedelta(hours=1))
    if how == "closed":
        consultation.closes_at = timezone.now()
    if how == "upcoming":
        consultation.opens_at = timezone.now() + timedelta(days=1)
    if how == "switched off":
        consultation.modes = ["comments"]
    consultation.save()

    response = answer(client, statement)

    expected = {"held": 404, "withdrawn": 404, "paused": 409}
    assert response.status_code == expected.get(how, 302)
    assert StatementVote.objects.count() == 0


def test_new_browsers_of_one_network_get_a_puzzle_and_are_never_turned_away(three):
    most = limits.VOTERS_FROM_NETWORK.most
    statuses = [answer(browser(), three[0]).status_code for _n in range(most + 3)]
    assert statuses == [302] * most + [422] * 3

    pupil = browser()
    asked = answer(pupil, three[0])
    assert answer(pupil, three[0], **solved(asked)).status_code == 302
    assert answer(pupil, three[1]).status_code == 302  # whom we know is asked no more
    assert answer(browser("198.51.100.1"), three[0]).status_code == 302  # a network of its own
    assert tally(three[0]) == (most + 2, 0, 0)


def test_a_voter_without_cookies_is_one_new_voter_of_its_network(consultation):
    many = [statement_for(consultation, f"Line {n} should run.") for n in range(limits.VOTERS_FROM_NETWORK.most + 2)]
    token = new_token()

    statuses = [
        browser().post(each.get_absolute_url(), {"choice": "agree", "token": token, "revision": 1}).status_code
        for each in many
    ]

    assert statuses == [302] * len(many)
    assert StatementVote.objects.values("voter_key").distinct().count() == 1
    assert answer(browser(), many[0]).status_code == 302  # the allowance is left to the others


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_counts_are_right_when_many_vote_at_once(consultation):
    statement = statement_for(consultation)
    votes = [(f"voter {n % 6}", choice) for n, choice in enumerate(["agree", "disagree", "pass"] * 6)]

    together(lambda vote: StatementVote.cast(statement, *vote), votes)

    stored = list(StatementVote.objects.values_list("choice", flat=True))
    assert len(stored) == 6
    assert tally(statement) == tuple(stored.count(choice) for choice in ("agree", "disagree", "pass"))


def test_a_vote_costs_few_queries_however_many_statements_there_are(
    client, consultation, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(access, "PAGE_SECONDS", 3600)  # else a slow machine reads the page once more
    first = [statement_for(consultation, f"Sentence {number}.") for number in range(3)]
    for each in first:
        votes_on(each, disagree=1)
    answer(client, first[0])
    with django_assert_num_queries(9):
        answer(client, first[1])
    for number in range(30):
        votes_on(statement_for(consultation, f"Another {number}."), agree=2)
    with django_assert_num_queries(9):
        answer(client, first[2])


def test_a_statement_page_costs_few_queries(client, consultation, three, django_assert_num_queries):
    following = answer(client, three[0])["Location"]
    client.get(following)

    with django_assert_num_queries(4):
        client.get(following)


def test_weights_are_those_of_polis():
    assert weight(0, 0, 0) == pytest.approx(((1 / 2) * (1 / 2) * 9) ** 2)
    assert weight(8, 2, 0) == pytest.approx(((11 / 12) * (9 / 12) * (1 + 8 * 2**-2)) ** 2)
    assert weight(0, 0, 10) == pytest.approx(((1 / 12) * (1 / 12) * 3) ** 2)


def test_statements_come_first_in_proportion_to_their_weights():
    votes = {1: (0, 0, 0), 2: (30, 10, 0), 3: (2, 2, 36)}
    firsts = [
        min(votes, key=lambda pk, n=number: place_in_line(f"voter {n}", pk, *votes[pk])) for number in range(4000)
    ]

    total = sum(weight(*each) for each in votes.values())
    for pk, each in votes.items():
        assert firsts.count(pk) / 4000 == pytest.approx(weight(*each) / total, abs=0.03)


def test_a_ballot_is_one_query(consultation, three, django_assert_num_queries):
    votes_on(three[0], agree=3, disagree=1)
    with django_assert_num_queries(1):
        ballot = Ballot(consultation, "agree 1")
        assert (ballot.total, [each.choice for each in ballot.answered], ballot.next.choice) == (3, ["agree"], "")
        assert [tuple(each)[3:] for each in ballot.statements.values()] == [(3, 1, 0), (0, 0, 0), (0, 0, 0)]

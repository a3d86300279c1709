"""What one network or one author may send before it costs a puzzle; nobody is refused."""

import re
import time
from threading import Lock

import pytest
from captcha.models import CaptchaStore
from django.test import Client
from django.urls import reverse

from consultations.models import Response, Revision, Status, Submission, Support
from consultations.submitting import limits
from portal.http.puzzle import WRONG_SUMS, digits_challenge, sum_challenge
from tests.consultations.submitting import comment, confirmation_in, hidden_number, solved, stamp
from tests.factories import idea_for, questionnaire_for, submission_to
from tests.moderation.concurrency import together

pytestmark = pytest.mark.django_db


def browser(address="203.0.113.7"):
    """Return a new browser in a network."""
    return Client(headers={"Sec-Fetch-Site": "same-origin"}, REMOTE_ADDR=address)


def support(text, client, **fields):
    address = reverse("consultations:support", args=[text.consultation.slug, text.reference])
    return client.post(address, {"token": f"token-{id(client):016d}", **fields})


def test_new_browsers_of_one_network_support_a_text_with_a_puzzle_from_the_fourth_on(consultation):
    idea = idea_for(consultation)
    browsers = [browser() for _n in range(40)]

    statuses = [support(idea, each).status_code for each in browsers]

    assert statuses == [302] * limits.SUPPORTS_OF_TEXT.most + [422] * (40 - limits.SUPPORTS_OF_TEXT.most)
    assert Support.objects.count() == limits.SUPPORTS_OF_TEXT.most


def test_who_solves_the_puzzle_supports_however_many_did_before(consultation):
    idea = idea_for(consultation)
    for _n in range(limits.SUPPORTS_OF_TEXT.most):
        support(idea, browser())
    pupil = browser()

    asked = support(idea, pupil)

    assert support(idea, pupil, **solved(asked)).status_code == 302
    assert Support.objects.count() == limits.SUPPORTS_OF_TEXT.most + 1


def test_known_browser_and_another_network_are_not_asked(consultation):
    ideas = [idea_for(consultation, title=f"Idea {n}") for n in range(limits.SUPPORTS_OF_TEXT.most + 2)]
    for _n in range(limits.SUPPORTS_OF_TEXT.most):
        support(ideas[0], browser("2001:db8:1:2::1"))
    known = browser("2001:db8:1:2::2")
    support(ideas[1], known)

    answers = [support(ideas[0], known), support(ideas[0], browser("2001:db8:1:3::1"))]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert support(ideas[0], browser("2001:db8:1:2:3::4")).status_code == 422


def test_questionnaires_of_one_network_cost_a_puzzle_from_the_fourth_on(consultation):
    question = questionnaire_for(consultation)[0]
    address = reverse("consultations:questionnaire", args=[consultation.slug])

    statuses = [
        browser().post(address, {f"question-{question.pk}": f"Answer {n}.", "stamp": stamp()}).status_code
        for n in range(8)
    ]

    most = limits.QUESTIONNAIRES_FROM_NETWORK.most
    assert statuses == [302] * most + [422] * (8 - most)
    assert Response.objects.count() == most


def test_one_stamp_serves_no_number_of_texts(consultation):
    same, most = stamp(), limits.TEXTS_WITH_STAMP.most

    statuses = [
        comment(browser(f"203.0.113.{n % 2}"), consultation, f"Text {n}.", stamp=same).status_code
        for n in range(2 * most + 2)
    ]

    assert statuses == [302] * 2 * most + [422] * 2
    tallies = [limits.TEXTS_WITH_STAMP.tally(f"203.0.113.{n} {same}") for n in range(2)]
    assert [tally.number for tally in tallies] == [most + 1] * 2  # staff see that somebody is over


def test_texts_of_a_day_are_counted_however_slowly_they_come(consultation, time_machine):
    moment = time.time()
    statuses = []
    for n in range(limits.TEXTS_OF_A_DAY.most + 1):
        time_machine.move_to(moment + n * limits.TEN_MINUTES, tick=False)
        statuses.append(comment(browser(), consultation, f"Text {n}.").status_code)

    assert limits.TEXTS_OF_A_DAY.most * limits.TEN_MINUTES < limits.DAY
    assert statuses == [302] * limits.TEXTS_OF_A_DAY.most + [422]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_texts_at_the_same_moment_as_many_are_stored_as_the_limit_says(consultation):
    statuses = together(lambda n: comment(browser(), consultation, f"Text {n}.").status_code, range(16))

    most = limits.TEXTS_FROM_NETWORK.most
    assert sorted(statuses.values()) == [302] * most + [422] * (16 - most)
    assert Submission.objects.count() == most


def test_warnings_that_were_seen_are_not_shown_again_after_the_puzzle(consultation):
    client, held = browser(), "Ring me on 0491 570 006 about the night bus."
    for n in range(limits.TEXTS_FROM_NETWORK.most):
        comment(browser(), consultation, f"Text {n}.")
    confirmation = confirmation_in(comment(client, consultation, held))

    asked = comment(client, consultation, held, sent_anyway=confirmation)

    assert asked.status_code == 422
    assert "Send anyway" not in asked.content.decode()
    kept = {"sent_anyway": confirmation_in(asked), **solved(asked)}
    assert comment(client, consultation, held, **kept).status_code == 302
    assert Submission.objects.filter(status=Status.HELD).count() == 1


@pytest.fixture
def change(consultation):
    """Return a function with which an author changes one text."""
    submission, author = submission_to(consultation, "First."), browser()
    address = reverse("consultations:revise", args=[submission.reference])
    address += submission.get_receipt_url()[submission.get_receipt_url().index("?") :]

    def send(text, **fields):
        number = hidden_number(author.get(address).content.decode())
        return author.post(address, {"text": text, "number": number, **fields})

    return send


def test_sixty_changes_in_a_row_cost_a_puzzle_from_the_eleventh_on(change):
    statuses = [change(f"Text {n}. " + "x" * 1000).status_code for n in range(60)]

    most = limits.REVISIONS_OF_TEXT.most
    assert statuses == [302] * most + [422] * (60 - most)
    assert Revision.objects.count() == most + 1


def test_who_solves_the_puzzle_changes_the_text_again(change):
    for n in range(limits.REVISIONS_OF_TEXT.most):
        change(f"Text {n}.")
    asked = change("The last one.")

    assert "The last one." in asked.content.decode()
    assert change("The last one.", **solved(asked)).status_code == 302
    assert Submission.objects.get().current.text == "The last one."


def answer_of(client, consultation, key, answer, n=0):
    return comment(client, consultation, f"Text {n}.", website="x", captcha_0=key, captcha_1=answer)


def test_puzzle_has_one_try(consultation):
    key = CaptchaStore.generate_key()
    right = CaptchaStore.objects.get(hashkey=key).response

    wrong = answer_of(browser(), consultation, key, "2")

    assert [wrong.status_code, answer_of(browser(), consultation, key, right).status_code] == [422, 422]


def test_who_guesses_gets_six_digits_to_copy(consultation):
    client = browser()
    for _n in range(WRONG_SUMS.most):
        answer_of(client, consultation, CaptchaStore.generate_key(), "2")
    sums = comment(browser("203.0.113.8"), consultation, website="x")

    asked = answer_of(client, consultation, CaptchaStore.generate_key(), "2")

    digits = solved(asked)
    assert re.fullmatch(r"\d{6}", digits["captcha_1"])
    assert not re.fullmatch(r"\d{6}", solved(sums)["captcha_1"])
    assert answer_of(client, consultation, digits["captcha_0"], digits["captcha_1"]).status_code == 302


def test_who_guesses_cannot_use_sums_of_before(consultation):
    client, key = browser(), CaptchaStore.generate_key()
    right = CaptchaStore.objects.get(hashkey=key).response
    for _n in range(WRONG_SUMS.most + 1):
        answer_of(client, consultation, CaptchaStore.generate_key(), "2")

    assert answer_of(client, consultation, key, right).status_code == 422


def test_no_answer_is_right_often():
    results = [sum_challenge()[1] for _n in range(4000)]

    assert max(map(results.count, set(results))) < 4000 / 30
    assert all(re.fullmatch(r"\d{6}", answer) for _said, answer in (digits_challenge() for _n in range(50)))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_one_solved_puzzle_lets_one_of_many_texts_in(consultation):
    key = CaptchaStore.generate_key()
    right, lock = CaptchaStore.objects.get(hashkey=key).response, Lock()
    browsers = [browser(f"203.0.113.{n}") for n in range(6)]

    def send(n):
        with lock:
            client = browsers[n]
        return answer_of(client, consultation, key, right, n).status_code

    assert sorted(together(send, range(6)).values()) == [302] + [422] * 5

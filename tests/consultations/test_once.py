"""Once is once: the same form sent again leads to the first receipt."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.models import Response, SentForm, Submission
from moderation.models import Erasure, Report
from tests.consultations.submitting import stamp
from tests.factories import HELD_TEXT, idea_for, questionnaire_for, submission_to

TOKEN, OTHER_TOKEN = "0123456789abcdef", "fedcba9876543210"


def browser(**headers):
    return Client(headers={"Sec-Fetch-Site": "same-origin", **headers})


def forms(consultation):
    """Return each public form: where it goes, its fields, and the field that holds the words."""
    comment, idea = submission_to(consultation), idea_for(consultation)
    question = questionnaire_for(consultation)[0]
    slug = consultation.slug
    text = {"text": "More lamps at the east gate, please."}
    return {
        "comment": (reverse("consultations:comment", args=[slug]), text, "text", Submission),
        "reply": (reverse("consultations:thread", args=[slug, comment.reference]), text, "text", Submission),
        "comment on an idea": (reverse("consultations:idea", args=[slug, idea.reference]), text, "text", Submission),
        "idea": (reverse("consultations:propose", args=[slug]), {**text, "title": "Lamps"}, "text", Submission),
        "questionnaire": (
            reverse("consultations:questionnaire", args=[slug]),
            {f"question-{question.pk}": "A lamp."},
            f"question-{question.pk}",
            Response,
        ),
        "report": (
            reverse("moderation:report", args=[comment.reference]),
            {"clause": "-", "text": "It is not true.", "number": 1},
            "text",
            Report,
        ),
    }


FORMS = ("comment", "reply", "comment on an idea", "idea", "questionnaire", "report")


@pytest.fixture(params=FORMS)
def form(request, consultation):
    """Give one form after the other: a function that sends it, and the rows that came of it."""
    address, fields, words, model = forms(consultation)[request.param]
    before, made = set(model.objects.values_list("pk", flat=True)), stamp()

    def send(client, **changes):
        changed = {words: changes.pop("words")} if "words" in changes else {}
        return client.post(address, {"stamp": made, **fields, **changed, **changes})

    def rows():
        return [row for row in model.objects.order_by("pk") if row.pk not in before]

    return send, rows


@pytest.mark.django_db
def test_three_taps_are_one_row_and_one_receipt(form):
    send, rows = form

    answers = [send(browser(), token=TOKEN) for _tap in range(3)]

    assert [answer.status_code for answer in answers] == [302] * 3
    assert [answer["Location"] for answer in answers] == [rows()[0].get_receipt_url() + "&new=1"] * 3
    assert len(rows()) == 1
    assert len({answer.cookies["visitor"].value.rsplit(":", 2)[0] for answer in answers}) == 1


@pytest.mark.django_db
def test_other_words_with_the_same_token_are_another_form(form):
    send, rows = form
    first = send(browser(), token=TOKEN)

    second = send(browser(), token=TOKEN, words="Other words.")

    if isinstance(rows()[0], Report):  # one reader reports one text once; the words are given back
        assert (second.status_code, len(rows())) == (422, 1)
        assert "Other words." in second.content.decode()
        return
    assert len(rows()) == 2
    assert [answer["Location"] for answer in (first, second)] == [row.get_receipt_url() + "&new=1" for row in rows()]


@pytest.mark.django_db
def test_the_same_words_with_another_token_are_somebody_elses(form):
    send, rows = form
    answers = [send(browser(), token=token) for token in (TOKEN, OTHER_TOKEN)]

    assert [answer["Location"] for answer in answers] == [row.get_receipt_url() + "&new=1" for row in rows()]
    assert len(rows()) == 2


@pytest.mark.django_db
def test_without_script_the_same_browser_is_led_to_its_receipt(form):
    send, rows = form
    client = browser()

    answers = [send(client) for _time in range(3)]

    assert [answer["Location"] for answer in answers] == [rows()[0].get_receipt_url() + "&new=1"] * 3
    assert len(rows()) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("token", [None, "short"])
def test_three_taps_without_script_lead_a_new_browser_to_its_receipt(form, token):
    """The browser throws away the answers to the first two taps, and the cookies with them."""
    send, rows = form
    given = {"token": token} if token else {}

    answers = [send(browser(), **given) for _tap in range(3)]

    assert [answer.get("Location") for answer in answers] == [rows()[0].get_receipt_url() + "&new=1"] * 3
    assert len(rows()) == 1
    assert len({answer.cookies["visitor"].value.rsplit(":", 2)[0] for answer in answers}) == 1


@pytest.mark.django_db
def test_the_browser_that_opened_the_receipt_is_led_there_again_and_no_other(form):
    send, rows = form
    send(browser())
    second = browser()
    second.get(send(second)["Location"])

    again, other = send(second), send(browser())

    assert (again.status_code, again["Location"]) == (302, rows()[0].get_receipt_url() + "&new=1")
    assert (other.status_code, "visitor" in other.cookies) == (409, False)
    assert len(rows()) == 1


@pytest.mark.django_db
def test_without_script_and_cookies_one_is_asked_once_the_receipt_was_opened(form):
    send, rows = form
    browser().get(send(browser())["Location"])

    assert (send(browser()).status_code, len(rows())) == (409, 1)


@pytest.mark.django_db
def test_the_author_who_is_led_to_the_receipt_is_the_one_of_the_first_tap(client, consultation):
    address = reverse("consultations:comment", args=[consultation.slug])
    fields = {"text": "More lamps at the east gate, please.", "stamp": stamp()}
    browser().post(address, fields)
    client.post(address, fields)
    client.post(address, fields | {"text": "And at the west gate."})

    assert len(set(Submission.objects.values_list("author_key", flat=True))) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("token", [None, "short"])
def test_without_script_and_cookie_one_is_asked_and_may_send_it_once_more(form, token):
    send, rows = form
    given = {"token": token} if token else {}
    first, other = browser(), browser()
    first.get(send(first, **given)["Location"])

    asked = send(other, **given)
    page = asked.content.decode()
    made = re.search(r'name="token" value="([\w-]+)"', page)[1]
    again = [send(browser(), token=made) for _tap in range(2)]

    assert asked.status_code == 409
    assert "You sent this a moment ago" in page
    assert "there is nothing more to do" not in page
    assert rows()[0].get_receipt_url() not in page
    assert "key=" not in page
    assert len(rows()) == 2
    assert [answer["Location"] for answer in again] == [rows()[1].get_receipt_url() + "&new=1"] * 2


@pytest.mark.django_db
def test_without_script_the_same_words_are_new_after_a_while(form):
    send, rows = form
    send(browser())
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        send(browser())

    assert len(rows()) == 2


@pytest.mark.django_db
def test_without_script_the_same_words_from_another_address_are_another_form(form, settings):
    settings.BEHIND_PROXY = True
    send, rows = form
    for number in range(2):
        send(browser(**{"X-Forwarded-For": f"10.0.0.{number}"}))

    assert len(rows()) == 2


@pytest.mark.django_db
def test_a_held_text_that_is_sent_anyway_twice_is_one(consultation):
    client, address = browser(), reverse("consultations:comment", args=[consultation.slug])
    fields = {"text": HELD_TEXT, "stamp": stamp(), "token": TOKEN}
    advised = client.post(address, fields).content.decode()
    seal = re.search(r'name="sent_anyway" value="(\w+)"', advised)[1]

    answers = [client.post(address, fields | {"sent_anyway": seal}) for _tap in range(2)]

    assert f'name="token" value="{TOKEN}"' in advised
    assert Submission.objects.count() == 1
    assert {answer["Location"] for answer in answers} == {Submission.objects.get().get_receipt_url() + "&new=1"}


@pytest.mark.django_db
def test_what_was_withdrawn_can_be_sent_again(client, consultation):
    address = reverse("consultations:comment", args=[consultation.slug])
    fields = {"text": "A lamp.", "stamp": stamp(), "token": TOKEN}
    client.post(address, fields)
    Submission.objects.get().withdraw()

    client.post(address, fields)

    assert list(Submission.objects.order_by("pk").values_list("status", flat=True)) == ["withdrawn", "published"]


@pytest.mark.django_db
def test_a_second_tap_after_the_closing_moment_leads_to_the_receipt(client, consultation):
    address = reverse("consultations:comment", args=[consultation.slug])
    fields = {"text": "A lamp.", "stamp": stamp(), "token": TOKEN}
    first = client.post(address, fields)
    consultation.closes_at = timezone.now() - timedelta(hours=1)
    consultation.save()

    assert client.post(address, fields)["Location"] == first["Location"]


@pytest.mark.django_db
def test_nothing_ties_a_browser_to_what_was_erased(client, consultation, privacy):
    client.post(
        reverse("consultations:comment", args=[consultation.slug]),
        {"text": "A lamp.", "stamp": stamp(), "token": TOKEN},
    )
    assert SentForm.objects.count() == 1

    Erasure.at_once(Submission.objects.get(), actor=privacy, reason="The law asks.")

    assert SentForm.objects.count() == 0


@pytest.mark.django_db
def test_notes_of_forms_are_kept_for_a_day(client, consultation):
    client.post(
        reverse("consultations:comment", args=[consultation.slug]),
        {"text": "A lamp.", "stamp": stamp(), "token": TOKEN},
    )
    SentForm.clear_away()
    assert SentForm.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        SentForm.clear_away()

    assert SentForm.objects.count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("token", [TOKEN, ""])
def test_taps_at_the_same_moment_are_one_row(form, token):
    send, rows = form
    start, answers = Barrier(4), []

    def tap():
        try:
            client = browser()
            start.wait()
            answers.append(send(client, token=token))
        finally:
            connection.close()

    taps = [Thread(target=tap) for _tap in range(4)]
    for each in taps:
        each.start()
    for each in taps:
        each.join()

    receipt = rows()[0].get_receipt_url() + "&new=1"
    assert len(rows()) == 1
    assert [answer.get("Location") for answer in answers] == [receipt] * 4

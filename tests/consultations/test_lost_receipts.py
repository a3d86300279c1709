"""Whoever lost a receipt has all of them mailed to the address that was left; nobody else learns anything."""

import logging
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultations.lost_receipts import receipts_path, receipts_with_address
from consultations.models import Submission
from portal.models import Message
from tests.consultations.submitting import stamp
from tests.factories import held_in, questionnaire_for, response_to, submission_to
from tests.mailing import confirm, sent_a_minute_later

pytestmark = pytest.mark.django_db

ADDRESS = "amira@example.org"
PATH = "/receipts/lost/"


def ask(client, address=ADDRESS, **fields):
    return client.post(PATH, {"address": address, "stamp": stamp(), "website": "", **fields})


def asked_letters(client, **fields):
    """Ask for the links once the letters of before are sent; return the new ones."""
    before = len(sent_a_minute_later())
    ask(client, **fields)
    return sent_a_minute_later()[before:]


@pytest.fixture
def texts(consultation):
    """Two texts and a questionnaire with one address, and one of somebody else."""
    confirm(ADDRESS)
    question = questionnaire_for(consultation)[0]
    sent = [
        submission_to(consultation, "A publicword.", author_email=ADDRESS),
        held_in(consultation, author_email=ADDRESS.upper()),
        response_to(consultation, {question: "An answerword."}, author_email=ADDRESS),
    ]
    submission_to(consultation, "Somebody else’s.", author_email="other@example.org")
    imported = {"source": "letters", "source_id": "7"}
    submission_to(consultation, "On paper.", author_email=ADDRESS, **imported)
    return sent


def test_every_receipt_is_mailed_and_nothing_that_was_written(client, texts):
    [letter] = asked_letters(client)

    links = re.findall(r"http://testserver(/\S+key=\S+)", letter.body)
    assert letter.to == [ADDRESS]
    assert links == [each.get_receipt_url() for each in reversed(texts)]
    assert [client.get(link).status_code for link in links] == [200, 200, 200]
    assert not re.search("publicword|answerword|0491", letter.body)


def test_answer_is_the_same_whether_an_address_is_known(client, texts):
    answers = [ask(client, address) for address in (ADDRESS, "nobody@example.org", *[ADDRESS] * 4)]

    assert {(answer.status_code, answer["Location"]) for answer in answers[:5]} == {(302, f"{PATH}?asked=1")}
    page = client.get(answers[0]["Location"]).content.decode()
    assert "Look into your mailbox" in page
    assert ADDRESS not in page


def test_unknown_address_costs_the_same_row_and_gets_no_letter(client, texts):
    with CaptureQueriesContext(connection) as known:
        ask(client)
    with CaptureQueriesContext(connection) as unknown:
        ask(client, "nobody@example.org")

    assert len(unknown) == len(known)
    assert [message.template for message in Message.objects.to("nobody@example.org")] == ["consultations/lost_receipts"]
    assert [letter for letter in sent_a_minute_later() if letter.to == ["nobody@example.org"]] == []
    assert Message.objects.to("nobody@example.org").get().recipient == ""


def test_letter_goes_to_the_address_as_it_was_left(client, texts):
    asked = asked_letters(client, address="AMIRA@example.org")

    assert [letter.to for letter in asked] == [[ADDRESS]]


def test_list_of_many_receipts_says_that_there_are_more_and_asks_the_database_once(
    client, texts, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr("consultations.lost_receipts.RECEIPTS_LISTED", 2)
    path = receipts_path(texts[0]._meta.label, texts[0].pk)
    [letter] = asked_letters(client)

    for words in (letter.body, client.get(path).content.decode()):
        assert "There are older ones too" in words
    with django_assert_num_queries(1):
        receipts, has_more = receipts_with_address(ADDRESS)
        assert {receipt.consultation.title for receipt in receipts} == {texts[0].consultation.title}
    assert (len(receipts), has_more) == (2, True)
    monkeypatch.undo()
    assert "There are older ones" not in client.get(path).content.decode()


def test_one_address_gets_three_letters_a_day(client, texts):
    for _n in range(4):
        ask(client)

    [message] = Message.objects.filter(template="consultations/lost_receipts")
    assert message.causes == ["lost"] * 3


def test_many_forms_of_one_network_cost_a_puzzle(client):
    assert [ask(client, f"a{n}@example.org").status_code for n in range(6)] == [302] * 5 + [422]


def test_address_that_nobody_confirmed_is_asked_first_and_led_to_its_receipts(client, consultation):
    text = submission_to(consultation, author_email="new@example.org")

    [letter] = asked_letters(client, address="new@example.org")
    path = re.search(r"http://testserver(/messages/confirm/\S+)", letter.body)[1]
    answer = client.post(path, follow=True)

    assert "key=" not in letter.body
    assert answer.redirect_chain[0][0].startswith("/receipts/of/")
    assert text.get_receipt_url() in answer.content.decode()


def test_page_of_receipts_opens_for_an_hour_and_with_our_link_only(client, texts, time_machine):
    path = receipts_path(texts[0]._meta.label, texts[0].pk)
    assert client.get(path).status_code == 200
    assert client.get(reverse("consultations:receipts_of_address", args=["guess"])).status_code == 404

    time_machine.move_to(timezone.now() + timedelta(hours=1, minutes=1))
    assert client.get(path).status_code == 404


def test_erased_text_is_in_no_letter(client, texts, privacy):
    ask(client)
    for text in Submission.objects.filter(author_email=ADDRESS, source=""):
        text.erase(privacy)

    assert [one for one in sent_a_minute_later() if one.subject == "Your receipts"] == []


def test_log_says_that_it_was_asked_for_without_the_address(client, texts, caplog):
    caplog.set_level(logging.INFO, logger="consultations.views.lost_receipts")
    for address in (ADDRESS, "nobody@example.org", *[ADDRESS] * 3):
        ask(client, address)

    said = [record.getMessage() for record in caplog.records if record.name == "consultations.views.lost_receipts"]
    assert said == [
        *["Lost receipts were asked for."] * 4,
        "Lost receipts were asked for too often for one address.",
    ]
    assert "example.org" not in caplog.text


def test_page_is_linked_from_the_foot_and_from_a_receipt_without_its_key(client, texts):
    for path in ("/consultations/", f"/receipts/{texts[0].reference}/"):
        assert f'href="{PATH}"' in client.get(path).content.decode()

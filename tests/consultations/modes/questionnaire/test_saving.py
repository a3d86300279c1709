"""A questionnaire is saved, opened again by its link, and sent; nobody else ever reads it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.html import escape

from consultations.models import ParticipationPause, Question, Response, SavedResponse, Submission
from consultations.models.saved_response import SAVED_RESPONSES_KEPT_FOR
from portal.encryption.rotation import encrypted_kinds, write_all_again
from portal.models import Message
from tests.consultations.modes.questionnaire.saving import (
    WORDS,
    answers_of,
    save,
    save_again,
    saved_by,
    send_saved,
    shown,
)
from tests.consultations.submitting import stamp
from tests.consultations.versions import publish, published
from tests.factories import questionnaire_for
from tests.mailing import confirm, sent_a_minute_later

pytestmark = pytest.mark.django_db


def test_button_stands_on_the_questionnaire_with_what_is_kept_and_until_when(client, consultation, questions):
    page = client.get(reverse("consultations:questionnaire", args=[consultation.slug])).content.decode()

    assert f'formaction="/consultations/{consultation.slug}/questionnaire/save/"' in page
    assert "Only whoever has it can read what you saved" in page


def test_form_says_who_reads_what_is_saved_and_whether_an_address_is_kept(client, saved, citizen):
    """What is said depends on whose it is, and on whether the link was mailed."""
    by_link, no_address = "Only whoever has it can read", "Your name and your e-mail address are not kept"
    by_account, with_address = "or signs in to the account it was saved with", "to which its link was mailed is kept"
    pages = [shown(client, saved)]
    saved.note_address("amira@example.org")
    pages.append(shown(client, saved))
    client.force_login(citizen)
    pages.append(client.get(f"/consultations/{saved.consultation.slug}/questionnaire/").content.decode())

    assert [[words in page for words in (by_link, by_account, no_address, with_address)] for page in pages] == [
        [True, False, True, False],
        [True, False, False, True],
        [False, True, True, False],
    ]


def test_saving_keeps_answers_that_are_missing_or_wrong_and_leads_to_their_link(client, consultation, questions):
    what, often, lines, _safe = questions
    Question.objects.update(required=True)

    given = {what: WORDS, often: "Hourly", lines: ["N1", "N9"]}
    answer = save(client, consultation, given, author_email="no address", author_name="The Agency " * 9)

    saved = SavedResponse.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, saved.address_of("saved_link") + "&new=1")
    assert answers_of(saved) == {what.label: [WORDS], often.label: ["Hourly"], lines.label: ["N1", "N9"]}
    assert (saved.version, saved.author, saved.address) == (1, None, "")
    assert saved.expires_at == consultation.closes_at + SAVED_RESPONSES_KEPT_FOR
    page = client.get(answer["Location"]).content.decode()
    assert "Your answers are saved." in page
    assert f"http://testserver{saved.get_absolute_url()}" in page
    assert Response.objects.count() == Submission.objects.count() == 0


def test_nothing_at_all_is_not_kept(client, consultation, questions):
    answer = save(client, consultation, {questions[0]: "  "})

    assert (answer.status_code, SavedResponse.objects.count()) == (422, 0)
    assert "so that there is something to keep" in answer.content.decode()


def test_link_opens_the_questionnaire_filled_in(client, saved, questions):
    page = shown(client, saved)

    assert f"{WORDS}</textarea>" in page
    assert re.findall(r'value="([^"]+)"[^>]* checked', page) == ["Weekly", "N1", "N3"]
    assert "Saved on " in page
    assert f'name="saved_version" value="{saved.version}"' in page
    assert f'action="{escape(saved.get_absolute_url())}#look-again"' in page
    assert (
        client.get(saved.get_absolute_url())["Cache-Control"]
        == "max-age=0, no-cache, no-store, must-revalidate, private"
    )


@pytest.mark.parametrize("view", ["saved_questionnaire", "save_again", "saved_link", "delete_saved"])
def test_without_the_right_key_nothing_opens(client, saved, view):
    for key in ("", "?key=guess"):
        path = reverse(f"consultations:{view}", args=[saved.consultation.slug, saved.reference]) + key
        assert client.post(path, {"stamp": stamp()}).status_code == 404
    answer = client.get(reverse("consultations:saved_questionnaire", args=[saved.consultation.slug, saved.reference]))
    assert (answer.status_code, WORDS in answer.content.decode()) == (404, False)


def test_sending_makes_the_response_and_deletes_what_was_saved(client, saved, questions):
    sent = send_saved(client, saved, {questions[0]: WORDS, questions[1]: "Daily"}, author_name="Amira")

    response = Response.objects.get()
    assert sent["Location"] == response.get_receipt_url() + "&new=1"
    assert response.open_answers.get().current.text == WORDS
    assert [each.value for each in response.closed_answers.all()] == ["Daily"]
    assert SavedResponse.objects.count() == 0
    gone = client.get(saved.get_absolute_url())
    assert (gone.status_code, "not here any more" in gone.content.decode()) == (404, True)


def test_second_tap_on_send_leads_to_the_same_receipt(client, saved, questions):
    first, second = (send_saved(client, saved, {questions[0]: WORDS}, token="0123456789abcdef") for _n in range(2))

    assert first["Location"] == second["Location"]
    assert Response.objects.count() == 1


def test_what_is_not_sent_for_a_fault_stays_saved(client, saved, questions):
    answer = send_saved(client, saved, {questions[0]: "Other words.", questions[1]: "Hourly"})

    assert (answer.status_code, "Other words.</textarea>" in answer.content.decode()) == (422, True)
    assert answers_of(saved)[questions[0].label] == [WORDS]


def test_broken_sending_leaves_what_was_saved(client, saved, questions, monkeypatch):
    monkeypatch.setattr(Message.objects, "about", lambda subject: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        send_saved(client, saved, {questions[0]: WORDS})

    assert (Response.objects.count(), SavedResponse.objects.count()) == (0, 1)


def test_saving_again_changes_the_answers_and_keeps_the_link(client, saved, questions):
    answer = save_again(client, saved, {questions[0]: "Other words."})

    assert answer["Location"] == saved.address_of("saved_link") + "&new=1"
    assert answers_of(saved) == {questions[0].label: ["Other words."]}
    assert (saved.version, SavedResponse.objects.count()) == (2, 1)


def test_page_with_a_puzzle_saves_nothing_by_itself(client, saved, questions):
    """A puzzle has one try, which belongs to the person."""
    puzzled = send_saved(client, saved, {questions[0]: WORDS}, website="here").content.decode()

    assert "captcha_0" in puzzled
    assert [
        f'data-autosave="{escape(saved.address_of("save_again"))}"' in page for page in (shown(client, saved), puzzled)
    ] == [
        True,
        False,
    ]


def test_answers_are_encrypted_where_they_are_stored(saved):
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM consultations_savedresponse")
        [[stored]] = cursor.fetchall()

    assert stored.startswith("\x1a")
    assert "Lampword" not in stored
    assert "Weekly" not in stored


def test_answers_are_encrypted_again_with_a_new_key(saved, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]
    [kind] = [kind for kind in encrypted_kinds() if kind.label == "Saved responses"]

    [state] = write_all_again(kind)
    settings.SECRET_KEY_FALLBACKS = []

    assert (state.done, state.unreadable) == (1, [])
    assert WORDS in str(answers_of(saved))


def test_answers_whose_key_is_gone_are_not_written_over(client, saved, questions, settings):
    link = saved.address_of("save_again")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE consultations_savedresponse SET answers = %s", ["\x1agAAAAAnokey"])

    answer = client.post(link, {"stamp": stamp(), f"question-{questions[0].pk}": "Other words.", "saved_version": "1"})

    assert (answer.status_code, "Other words." in answer.content.decode()) == (409, True)
    assert SavedResponse.objects.get().is_unreadable


def test_too_long_an_answer_is_told_at_its_field_and_given_back(client, consultation, questions):
    answer = save(client, consultation, {questions[0]: "a" * 20_001})

    assert (answer.status_code, SavedResponse.objects.count()) == (422, 0)
    assert "It has 20001 characters, and 20000 fit." in answer.content.decode()
    assert "a" * 20_001 in answer.content.decode()


def test_all_answers_together_have_a_bound(client, consultation):
    asked = [questionnaire_for(consultation)[0] for _n in range(11)]

    answer = save(client, consultation, dict.fromkeys(asked, "a" * 19_000))

    assert (answer.status_code, SavedResponse.objects.count()) == (422, 0)
    assert "longer than what we can keep" in answer.content.decode()


def test_form_of_a_script_and_of_a_busy_network_costs_a_puzzle(client, consultation, questions):
    assert save(client, consultation, {questions[0]: WORDS}, website="here").status_code == 422
    answers = [save(client, consultation, {questions[0]: WORDS}) for _n in range(21)]

    assert [answer.status_code for answer in answers] == [302] * 19 + [422] * 2
    assert "captcha_0" in answers[-1].content.decode()
    assert f"{WORDS}</textarea>" in answers[-1].content.decode()


def test_consultation_that_asks_everybody_for_a_puzzle_asks_none_to_save(client, consultation, questions):
    type(consultation).objects.filter(pk=consultation.pk).update(captcha="always")

    assert save(client, consultation, {questions[0]: WORDS}).status_code == 302


def test_form_of_another_site_is_refused(client, consultation, questions):
    address = reverse("consultations:save_questionnaire", args=[consultation.slug])
    sent = {"stamp": stamp(), f"question-{questions[0].pk}": WORDS}

    assert client.post(address, sent, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_closed_consultation_shows_the_words_to_copy_and_takes_nothing(client, saved, questions, time_machine):
    time_machine.move_to(saved.consultation.closes_at + timedelta(days=1))

    page = client.get(saved.get_absolute_url())
    sent = send_saved(client, saved, {questions[0]: "Late words."})
    again = save_again(client, saved, {questions[0]: "Late words."})

    assert (page.status_code, "It has closed" in page.content.decode()) == (200, True)
    for words in (WORDS, "Weekly", "N1; N3"):
        assert words in page.content.decode()
    assert [(answer.status_code, "Late words." in answer.content.decode()) for answer in (sent, again)] == [
        (409, True)
    ] * 2
    assert (Response.objects.count(), answers_of(saved)[questions[0].label]) == (0, [WORDS])


def test_form_that_was_open_at_the_closing_is_taken_some_minutes_longer(client, saved, questions, time_machine):
    closes_at = saved.consultation.closes_at
    time_machine.move_to(closes_at - timedelta(minutes=2))
    shown_before = stamp(0)

    time_machine.move_to(closes_at + timedelta(minutes=5))
    again = save_again(client, saved, {questions[0]: "Last words."}, stamp=shown_before)
    sent = send_saved(client, saved, {questions[0]: "Last words."}, version=2, stamp=shown_before)

    assert again["Location"].startswith(saved.address_of("saved_link"))
    assert sent["Location"].startswith(Response.objects.get().get_receipt_url())


def test_paused_consultation_saves_nothing_and_gives_back_what_was_typed(client, saved, questions):
    ParticipationPause.begin(actor=None, consultation=None, reason="Too much.", lasts=timedelta(hours=1))

    again = save_again(client, saved, {questions[0]: "Other words."})
    page = client.get(saved.get_absolute_url())

    assert (again.status_code, "Other words." in again.content.decode()) == (409, True)
    assert WORDS in page.content.decode()
    assert answers_of(saved)[questions[0].label] == [WORDS]


def test_writer_is_told_that_the_text_has_changed_since(client, questions):
    page = published()
    question = questionnaire_for(page)[0]
    saved = saved_by(client, page, {question: WORDS}, text_version="1")
    assert "has changed since you saved" not in shown(client, saved)

    publish(page, "Why it changed.", summary="Another text.")

    assert "has changed since you saved" in shown(client, saved)


def test_letter_with_the_link_goes_to_a_confirmed_address(client, saved):
    confirm("amira@example.org")

    answer = client.post(saved.address_of("saved_link"), {"address": "amira@example.org", "stamp": stamp()})
    [letter] = sent_a_minute_later()

    assert answer["Location"] == saved.address_of("saved_link") + "&asked=1"
    assert (letter.to, letter.subject) == (["amira@example.org"], "Your saved answers")
    assert f"http://testserver{saved.get_absolute_url()}" in letter.body
    assert "Lampword" not in letter.body
    assert SavedResponse.objects.get().address == "amira@example.org"


def test_address_that_nobody_confirmed_is_asked_first_and_then_led_to_the_answers(client, saved):
    client.post(saved.address_of("saved_link"), {"address": "new@example.org", "stamp": stamp()})
    [letter] = sent_a_minute_later()
    path = re.search(r"http://testserver(/messages/confirm/\S+)", letter.body)[1]

    answer = client.post(path)

    assert ("key=" in letter.body, saved.reference in letter.body) == (False, False)
    assert answer["Location"] == saved.get_absolute_url()


def test_one_address_gets_three_letters_a_day(client, saved):
    for _n in range(4):
        client.post(saved.address_of("saved_link"), {"address": "amira@example.org", "stamp": stamp()})

    assert Message.objects.get().causes == ["asked"] * 3


def test_letter_is_called_off_when_the_answers_are_deleted(client, saved):
    client.post(saved.address_of("saved_link"), {"address": "amira@example.org", "stamp": stamp()})
    page = client.get(saved.address_of("delete_saved")).content.decode()
    answer = client.post(saved.address_of("delete_saved"), follow=True)

    assert "Delete what you saved?" in page
    assert "Your saved answers are deleted." in answer.content.decode()
    assert SavedResponse.objects.count() == 0
    assert [(message.state, message.recipient) for message in Message.objects.all()] == [("cancelled", "")]
    assert sent_a_minute_later() == []


def test_worker_deletes_what_is_past_its_time_and_nothing_else(client, saved, questions, time_machine):
    SavedResponse.clear_away()
    assert SavedResponse.objects.count() == 1

    time_machine.move_to(saved.expires_at + timedelta(seconds=1))
    assert client.get(saved.get_absolute_url()).status_code == 404
    SavedResponse.clear_away()

    assert SavedResponse.objects.count() == 0


def test_saving_costs_few_queries(client, consultation, questions, saved, django_assert_num_queries):
    with django_assert_num_queries(6):
        save(client, consultation, {questions[0]: WORDS})
    with django_assert_num_queries(8):
        save_again(client, saved, {questions[0]: "Other words."})
    client.get(saved.get_absolute_url())
    with django_assert_num_queries(3):
        client.get(saved.get_absolute_url())

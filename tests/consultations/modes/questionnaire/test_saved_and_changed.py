"""Questions change, or the consultation leaves the site, while somebody has saved answers: no word is lost."""

import pytest
from django.urls import reverse
from django.utils.html import escape
from wagtail.models import PageViewRestriction

from consultations.models import Question, Response, SavedResponse
from tests.consultations.modes.questionnaire.saving import WORDS, answers_of, save_again, send_saved, shown
from tests.consultations.submitting import stamp
from tests.mailing import confirm, sent_a_minute_later

pytestmark = pytest.mark.django_db


def test_answers_to_questions_that_are_gone_or_changed_are_shown_and_stay_saved(client, saved, questions):
    what, often, lines, _safe = questions
    labels = [each.label for each in (what, often, lines)]
    what.delete()
    Question.objects.filter(pk=often.pk).update(choices="Daily\nNever")
    Question.objects.filter(pk=lines.pk).update(label="Which lines do you ride?")

    page = shown(client, saved)
    save_again(client, saved, {lines: ["N2"]})

    to_copy = page.partition("Some questions have changed")[2].partition("<form")[0]
    for words in (*labels, WORDS, "Weekly", "N3"):
        assert words in to_copy
    assert answers_of(saved) == {labels[0]: [WORDS], labels[1]: ["Weekly"], "Which lines do you ride?": ["N2"]}


def test_answer_to_a_question_that_went_while_the_form_was_open_is_kept(client, saved, questions):
    Question.objects.filter(pk=questions[0].pk).delete()

    save_again(client, saved, {questions[0]: "Newer words.", questions[3]: "2"})

    assert answers_of(saved)["What should change?"] == ["Newer words."]
    assert "Newer words." in shown(client, saved)


@pytest.mark.parametrize("is_saved", [True, False])
def test_sending_shows_once_what_was_typed_to_a_question_that_went_meanwhile(client, saved, questions, is_saved):
    gone, often = questions[0], questions[1]
    address = saved.get_absolute_url() if is_saved else f"/consultations/{saved.consultation.slug}/questionnaire/"
    sent = {"stamp": stamp(), f"question-{often.pk}": "Daily", "saved_version": "1"}
    Question.objects.filter(pk=gone.pk).delete()

    first = client.post(address, sent | {f"question-{gone.pk}": "Newer words."})
    assert (first.status_code, Response.objects.count(), SavedResponse.objects.count()) == (409, 0, 1)
    to_copy = first.content.decode().partition("Some questions have changed")[2].partition("<form")[0]
    assert "Newer words." in to_copy
    assert f'name="question-{gone.pk}"' not in first.content.decode()

    second = client.post(address, sent)
    assert second["Location"].startswith(Response.objects.get().get_receipt_url())
    assert SavedResponse.objects.count() == (0 if is_saved else 1)


def test_page_with_a_fault_shows_what_was_typed_to_a_question_that_went(client, saved, questions):
    gone, often = questions[0], questions[1]
    Question.objects.filter(pk=gone.pk).delete()

    answer = send_saved(client, saved, {gone: "Newer words.", often: "Hourly"})

    to_copy = answer.content.decode().partition("Some questions have changed")[2].partition("<form")[0]
    assert answer.status_code == 422
    for words in ("Newer words.", "Hourly"):
        assert words in to_copy


def test_answer_that_stays_as_it_was_keeps_the_words_of_its_question(client, saved, questions):
    what, often, lines, _safe = questions
    Question.objects.filter(pk=what.pk).update(label="What should stay?")
    Question.objects.filter(pk=lines.pk).update(label="Which lines do you avoid?")

    save_again(client, saved, {what: WORDS, often: "Daily", lines: ["N1"]})

    assert answers_of(saved) == {
        what.label: [WORDS],
        often.label: ["Daily"],
        "Which lines do you avoid?": ["N1"],
    }
    assert WORDS in shown(client, saved).partition("Some questions have changed")[2].partition("<form")[0]


def take_off_site(page):
    page.unpublish()


def make_private(page):
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


@pytest.mark.parametrize("hide", [take_off_site, make_private])
def test_writer_reads_and_deletes_what_was_saved_of_a_consultation_that_is_not_public(client, saved, questions, hide):
    hide(saved.consultation)
    pages = [client.get(saved.address_of(view)) for view in ("saved_questionnaire", "saved_link")]
    sent = [attempt(client, saved, {questions[0]: "Newer words."}) for attempt in (send_saved, save_again)]

    for page in pages:
        content = page.content.decode()
        assert (page.status_code, WORDS in content, "N1; N3" in content) == (200, True, True)
        assert (saved.consultation.title in content, escape(saved.address_of("delete_saved")) in content) == (
            False,
            True,
        )
    assert [(each.status_code, "Newer words." in each.content.decode()) for each in sent] == [(409, True)] * 2
    assert (answers_of(saved)[questions[0].label], Response.objects.count()) == ([WORDS], 0)
    assert client.get(saved.address_of("saved_questionnaire").partition("?")[0]).status_code in {404, 410}

    assert "Delete what you saved?" in client.get(saved.address_of("delete_saved")).content.decode()
    assert client.post(saved.address_of("delete_saved"))["Location"] == reverse("consultations:list")
    assert SavedResponse.objects.count() == 0


def test_letter_is_not_due_while_the_consultation_is_off_the_site(client, saved):
    confirm("amira@example.org")
    client.post(saved.address_of("saved_link"), {"address": "amira@example.org", "stamp": stamp()})
    saved.consultation.unpublish()

    assert sent_a_minute_later() == []

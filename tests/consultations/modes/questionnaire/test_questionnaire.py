"""The questionnaire as citizens meet it: answered, kept, shown, withdrawn."""

import re
from datetime import timedelta

import pytest
from captcha.models import CaptchaStore
from django.urls import reverse
from django.utils import timezone

from consultations.models import ClosedAnswer, Kind, Response, Status, Submission
from consultations.modes.questionnaire.forms import QuestionnaireForm
from consultations.modes.questionnaire.question_fields import name_of
from consultations.modes.questionnaire.results import public_results
from portal.http.page_store import pages
from tests.consultations.submitting import stamp
from tests.factories import HELD_TEXT, ConsultationFactory, questionnaire_for, response_to

pytestmark = pytest.mark.django_db


def send(client, consultation, given, **fields):
    address = reverse("consultations:questionnaire", args=[consultation.slug])
    answers = {name_of(question): value for question, value in given.items()}
    return client.post(address, {"stamp": stamp(), **answers, **fields})


def everything(questions, text="More lamps, please."):
    what, often, lines, safe = questions
    return {what: text, often: "Weekly", lines: ["N1", "N3"], safe: "2"}


def closed():
    return sorted(ClosedAnswer.objects.values_list("question__label", "value"))


def page_at(client, name, *args, query=""):
    return client.get(reverse(f"consultations:{name}", args=args) + query)


def test_a_questionnaire_is_kept_as_a_response_closed_answers_and_a_text(client, consultation, questions):
    sent = send(client, consultation, everything(questions), author_name="Amira")

    response = Response.objects.get()
    text = Submission.objects.get()
    assert sent["Location"] == response.get_receipt_url() + "&new=1"
    assert (text.kind, text.status, text.author_name) == (Kind.ANSWER, Status.PUBLISHED, "Amira")
    assert (text.question, text.response, text.public_text) == (questions[0], response, "More lamps, please.")
    assert text.author_key == response.author_key != ""
    assert closed() == [
        ("How often do you ride at night?", "Weekly"),
        ("How safe do you feel?", "2"),
        ("Which lines do you use?", "N1"),
        ("Which lines do you use?", "N3"),
    ]


def test_the_receipt_lists_every_answer_and_how_each_text_stands(client, consultation, questions):
    response = response_to(consultation, {questions[0]: HELD_TEXT, questions[3]: ["5"]})

    receipt = client.get(response.get_receipt_url()).content.decode()

    assert HELD_TEXT in receipt
    assert "Waiting for a person to read it" in receipt
    assert "5: Very safe" in receipt
    assert receipt.count("Not answered") == 2
    assert Submission.objects.get().get_receipt_url().replace("&", "&amp;") in receipt


def test_the_receipt_costs_the_same_for_one_text_and_for_three(client, consultation, django_assert_num_queries):
    questions = [*questionnaire_for(consultation), *questionnaire_for(consultation), *questionnaire_for(consultation)]
    one = response_to(consultation, {questions[0]: "A lamp."})
    three = response_to(consultation, {question: "A lamp." for question in questions if question.is_open})
    client.get(one.get_receipt_url())

    for response in (one, three):
        with django_assert_num_queries(5):
            client.get(response.get_receipt_url())


def test_nobody_reads_a_receipt_without_its_link(client, consultation, questions):
    response = response_to(consultation, everything_as_lists(questions))

    assert page_at(client, "response", response.reference).status_code == 404
    assert page_at(client, "response", response.reference, query="?key=guess").status_code == 404


def everything_as_lists(questions, text="More lamps, please."):
    given = everything(questions, text)
    return {q: value if q.is_open or isinstance(value, list) else [value] for q, value in given.items()}


def test_what_is_missing_is_named_and_what_was_typed_is_kept(client, consultation, questions):
    what, often, _lines, _safe = questions
    type(often).objects.filter(pk=often.pk).update(required=True)

    sent = send(client, consultation, {what: "Words worth keeping.", questions[2]: ["N2"]}, author_email="no address")

    page = sent.content.decode()
    assert sent.status_code == 422
    assert "2 things to put right" in page
    assert f">“{often.label}”: This question needs an answer: choose one.</a>" in page
    assert f'href="#id_{name_of(often)}"' in page
    assert f'id="id_{name_of(often)}"' in page
    assert "Words worth keeping.</textarea>" in page
    assert re.search(r'value="N2"[^>]*checked', page)
    assert 'value="no address"' in page
    assert Response.objects.count() == Submission.objects.count() == 0


def test_an_optional_choice_can_be_taken_back(client, consultation, questions):
    what, often, lines, safe = questions
    type(often).objects.filter(pk=often.pk).update(required=True)

    page = page_at(client, "questionnaire", consultation.slug).content.decode()
    sent = send(client, consultation, {what: "More lamps.", often: "Daily", safe: ""})

    offered = {each: re.findall(rf'name="{name_of(each)}" value=""', page) for each in (often, lines, safe)}
    assert [len(found) for found in offered.values()] == [0, 0, 1]  # a box can be unticked, a must has no way back
    assert sent.status_code == 302
    assert list(Response.objects.get().closed_answers.values_list("question", "value")) == [(often.pk, "Daily")]


def test_a_questionnaire_can_be_filled_in_on_paper(client, consultation, questions):
    assert 'class="sheet say say--on-paper"' in page_at(client, "questionnaire", consultation.slug).content.decode()


def test_an_answer_that_was_not_offered_is_refused(client, consultation, questions):
    assert send(client, consultation, {questions[1]: "Hourly"}).status_code == 422
    assert send(client, consultation, {questions[2]: ["N1", "N9"]}).status_code == 422
    assert send(client, consultation, {questions[3]: "6"}).status_code == 422


def test_a_questionnaire_without_any_answer_is_not_taken(client, consultation, questions):
    sent = send(client, consultation, {questions[0]: "  "}, author_name="Amira")

    assert sent.status_code == 422
    assert "Answer at least one question first." in sent.content.decode()


def test_a_text_that_would_be_held_is_told_first_and_kept_in_its_field(client, consultation, questions):
    told = send(client, consultation, everything(questions, HELD_TEXT))

    page = told.content.decode()
    assert (told.status_code, Response.objects.count()) == (200, 0)
    assert "Before you send" in page
    assert '<span class="advice__field">What should change?</span>' in page
    assert f'href="#id_{name_of(questions[0])}"' in page
    confirmation = re.search(r'name="sent_anyway" value="(\w+)"', page)[1]
    assert (
        send(client, consultation, everything(questions, HELD_TEXT + "!"), sent_anyway=confirmation).status_code == 200
    )
    assert send(client, consultation, everything(questions, HELD_TEXT), sent_anyway=confirmation).status_code == 302
    assert Submission.objects.get().status == Status.HELD


def test_a_script_has_to_solve_a_sum_and_nothing_is_lost(client, consultation, questions):
    asked = send(client, consultation, everything(questions), website="http://spam.example")

    page = asked.content.decode()
    assert (asked.status_code, Response.objects.count()) == (422, 0)
    assert "More lamps, please.</textarea>" in page
    puzzle = CaptchaStore.objects.get()
    solved = {"captcha_0": puzzle.hashkey, "captcha_1": puzzle.response, "website": "http://spam.example"}
    assert send(client, consultation, everything(questions), **solved).status_code == 302


def test_a_closed_consultation_takes_no_answers_and_gives_the_words_back(client, db):
    over = ConsultationFactory(closes_at=timezone.now() - timedelta(days=1))
    questions = questionnaire_for(over)

    late = send(client, over, everything(questions))

    assert (late.status_code, Response.objects.count()) == (409, 0)
    assert "More lamps, please." in late.content.decode()
    assert page_at(client, "questionnaire", over.slug)["Location"] == reverse("consultations:answers", args=[over.slug])


def test_a_consultation_without_questions_has_no_questionnaire(client, consultation):
    assert page_at(client, "questionnaire", consultation.slug).status_code == 404
    assert page_at(client, "answers", consultation.slug).status_code == 404


def test_an_account_answers_once_and_may_answer_anew_after_withdrawing(client, citizen, consultation, questions):
    client.force_login(citizen)
    send(client, consultation, everything(questions))

    again = send(client, consultation, everything(questions, "Another text."))

    response = Response.objects.get()
    assert (again.status_code, response.author) == (409, citizen)
    assert "Another text." in again.content.decode()
    assert "You have answered already" in page_at(client, "questionnaire", consultation.slug).content.decode()
    response.withdraw(actor=citizen)
    assert send(client, consultation, everything(questions, "Another text.")).status_code == 302


def test_two_tabs_of_one_account_leave_one_response(client, citizen, consultation, questions, monkeypatch):
    client.force_login(citizen)
    needs_confirmation = QuestionnaireForm.needs_confirmation

    def meanwhile(form, drafts):
        response_to(consultation, {questions[1]: ["Daily"]}, author=citizen)
        return needs_confirmation(form, drafts)

    monkeypatch.setattr(QuestionnaireForm, "needs_confirmation", meanwhile)

    sent = send(client, consultation, everything(questions))

    assert (sent.status_code, Response.objects.count()) == (409, 1)


def test_nothing_is_kept_of_a_response_that_breaks_half_way(consultation, questions, monkeypatch):
    def broken(*args, **fields):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(Submission, "receive", broken)

    with pytest.raises(RuntimeError):
        response_to(consultation, everything_as_lists(questions))

    assert (Response.objects.count(), ClosedAnswer.objects.count()) == (0, 0)


def test_withdrawing_a_response_deletes_what_was_chosen_and_hides_the_texts(client, consultation, questions):
    response = response_to(consultation, everything_as_lists(questions), author_key="somebody")
    address = response.get_receipt_url().replace("/?", "/withdraw/?")
    assert "Withdraw all your answers?" in client.get(address).content.decode()

    client.post(address)

    response.refresh_from_db()
    assert (closed(), Submission.objects.get().status) == ([], Status.WITHDRAWN)
    assert (response.withdrawn_at is not None, response.author_key) == (True, "")
    assert "You withdrew your response" in client.get(response.get_receipt_url()).content.decode()
    assert client.post(address)["Location"] == response.get_receipt_url()  # a second tab
    assert Submission.objects.get().status == Status.WITHDRAWN
    assert response.events.filter(kind="response_withdrawn").count() == 1


def test_two_taps_at_the_same_moment_withdraw_a_response_once(consultation, questions):
    first = response_to(consultation, everything_as_lists(questions))
    second = Response.objects.get(pk=first.pk)

    first.withdraw()
    second.withdraw()

    assert first.events.filter(kind="response_withdrawn").count() == 1


def test_erasing_a_text_leaves_what_was_chosen_and_not_by_whom(client, consultation, questions, privacy, citizen):
    given = everything_as_lists(questions, "My secret.")
    response = response_to(consultation, given, author=citizen, author_key="somebody")

    Submission.objects.get().erase(actor=privacy)

    receipt = client.get(response.get_receipt_url()).content.decode()
    assert ("My secret." in receipt, "Erased for ever" in receipt, len(closed())) == (False, True, 4)
    response.refresh_from_db()
    assert (response.author, response.author_key) == (None, "")


def test_numbers_are_public_once_five_people_answered(client, consultation, questions):
    often = questions[1]
    for value in ["Daily", "Daily", "Weekly", "Never"]:
        response_to(consultation, {often: [value]})
    few = page_at(client, "answers", consultation.slug).content.decode()
    response_to(consultation, {often: ["Daily"]})
    enough = page_at(client, "answers", consultation.slug).content.decode()

    assert ("60 %" in few, "Numbers appear here once five people" in few) == (False, True)
    assert ("60 %" in enough, "5 people answered this question." in enough) == (True, True)
    (result,) = (each for each in public_results(consultation) if each.question == often)
    assert [(share.label, share.count) for share in result.shares] == [("Daily", 3), ("Weekly", 1), ("Never", 1)]


def test_a_withdrawn_response_counts_no_more(consultation, questions):
    lines = questions[2]
    response = response_to(consultation, {lines: ["N1", "N2"]})
    response_to(consultation, {lines: ["N1"]})
    response.withdraw()

    result = public_results(consultation)[2]

    assert (result.base, [share.count for share in result.shares]) == (1, [1, 0, 0])


@pytest.mark.parametrize("answers", [1, 3])
def test_answers_are_listed_in_few_queries(client, consultation, questions, answers, django_assert_num_queries):
    for number in range(answers):
        response_to(consultation, {questions[0]: f"Lamp number {number}.", questions[1]: ["Daily"]})
    slug = consultation.slug
    page_at(client, "answers_to", slug, questions[0].pk)
    page_at(client, "answers", slug)
    pages.clear()

    with django_assert_num_queries(5):
        listed = page_at(client, "answers_to", slug, questions[0].pk)
    with django_assert_num_queries(7):
        page_at(client, "answers", slug)

    assert "Lamp number 0." in listed.content.decode()


def test_an_answer_has_a_page_of_its_own_while_it_is_public(client, consultation, questions):
    response_to(consultation, {questions[0]: "More lamps, please."})
    text = Submission.objects.get()

    shown = client.get(text.get_absolute_url())
    text.withdraw()

    assert ("More lamps, please." in shown.content.decode(), "What should change?" in shown.content.decode()) == (
        True,
        True,
    )
    assert client.get(text.get_absolute_url()).status_code == 404


def test_the_consultation_leads_to_its_questionnaire_and_answers(client, consultation, questions):
    page = page_at(client, "detail", consultation.slug).content.decode()

    assert "Answer 4 questions" in page
    assert reverse("consultations:answers", args=[consultation.slug]) in page

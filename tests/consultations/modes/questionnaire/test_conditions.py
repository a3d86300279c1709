"""Questions that are asked of some people only: required where they apply, left out elsewhere, told with their base."""

import re

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from consultations.conditions import applying, with_conditions
from consultations.models import ClosedAnswer, ConsultationPage, Question, Response, Submission
from consultations.modes.questionnaire.results import public_results
from tests.consultations.editor_forms import form
from tests.consultations.modes.questionnaire.saving import answers_of, fields, saved_by, send_saved, shown
from tests.factories import UserFactory, question_for, response_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(consultation):
    """Ask how often; those who ride, how far; those who ride far, why."""
    often = question_for(consultation, "How often?", "one", choices="Daily\nWeekly\nNever")
    far = question_for(consultation, "How far?", "one", choices="Far\nNear", shown_after=1, shown_for="Daily\nWeekly")
    why = question_for(consultation, "Why so far?", "open", shown_after=2, shown_for="Far")
    return often, far, why


def send(client, consultation, given, **more):
    return client.post(reverse("consultations:questionnaire", args=[consultation.slug]), fields(given, **more))


def kept():
    return sorted(ClosedAnswer.objects.values_list("value", flat=True))


def mark_in(response):
    return re.search(r'name="left_out_seen" value="(\w+)"', response.content.decode())[1]


def test_a_condition_is_said_where_no_script_hides_the_question(client, consultation, asked):
    page = client.get(reverse("consultations:questionnaire", args=[consultation.slug])).content.decode()

    assert "Answer this only if you chose “Daily” or “Weekly” in question 1, “How often?”." in page
    assert f'data-shown-if="[{asked[0].pk}, [&quot;Daily&quot;, &quot;Weekly&quot;]]"' in page


def test_what_applies_is_taken_in(client, consultation, asked):
    often, far, why = asked

    sent = send(client, consultation, {often: "Daily", far: "Far", why: "Work."})

    assert (sent.status_code, kept(), Submission.objects.get().public_text) == (302, ["Daily", "Far"], "Work.")


def test_an_answer_that_does_not_apply_is_shown_once_and_then_left_out(client, consultation, asked):
    often, far, why = asked
    given = {often: "Never", far: "Far", why: "Words worth keeping."}

    first = send(client, consultation, given)
    assert (first.status_code, Response.objects.count()) == (422, 0)
    assert "These answers are not sent" in first.content.decode()
    assert first.content.decode().count("Words worth keeping.") == 2  # to be copied, and in its field

    other = send(client, consultation, {**given, why: "Other words."}, left_out_seen=mark_in(first))
    assert (other.status_code, Response.objects.count()) == (422, 0)

    second = send(client, consultation, given, left_out_seen=mark_in(first))
    assert (second.status_code, kept(), Submission.objects.count()) == (302, ["Never"], 0)


def test_a_chain_ends_where_an_earlier_question_does_not_apply(asked):
    questions = with_conditions(asked)
    chosen = {asked[0].pk: ["Never"], asked[1].pk: ["Far"]}

    assert applying(questions, lambda question: chosen.get(question.pk, ())) == {asked[0].pk}


def test_a_required_question_is_required_only_of_whom_it_is_asked(client, consultation, asked):
    often, far, _why = asked
    Question.objects.filter(pk=far.pk).update(required=True)

    assert "This question needs an answer: choose one." in send(client, consultation, {often: "Daily"}).content.decode()
    assert send(client, consultation, {often: "Never"}).status_code == 302


def test_what_is_wrong_in_an_answer_that_does_not_apply_stands_in_nobodys_way(client, consultation, asked):
    often = asked[0]
    number = question_for(consultation, "How many?", "number", shown_after=1, shown_for="Daily")
    given = {often: "Never", number: "1e999"}

    first = send(client, consultation, given)
    assert "Write a number" not in first.content.decode()
    assert send(client, consultation, given, left_out_seen=mark_in(first)).status_code == 302


def test_answers_alone_that_do_not_apply_are_no_questionnaire(client, consultation, asked):
    sent = send(client, consultation, {asked[1]: "Far"})

    assert "Answer at least one question first." in sent.content.decode()
    assert "These answers are not sent" in sent.content.decode()


def test_what_does_not_apply_is_saved_for_later_all_the_same(client, consultation, asked):
    often, far, why = asked
    saved = saved_by(client, consultation, {often: "Never", far: "Far", why: "Work."})

    assert answers_of(saved) == {"How often?": ["Never"], "How far?": ["Far"], "Why so far?": ["Work."]}
    assert "Work.</textarea>" in shown(client, saved)
    assert send_saved(client, saved, {often: "Never", far: "Far"}).status_code == 422
    saved.refresh_from_db()
    assert send_saved(client, saved, {often: "Weekly", far: "Far"}).status_code == 302


def test_the_receipt_says_what_was_not_asked(client, consultation, asked):
    page = client.get(response_to(consultation, {asked[0]: ["Never"]}).get_receipt_url()).content.decode()

    assert (page.count("Not asked"), page.count("Not answered")) == (2, 0)


def test_results_say_of_how_many_it_was_asked(client, officer, consultation, asked, django_assert_num_queries):
    often, far, _why = asked
    for given in [{often: ["Daily"], far: ["Far"]}] * 5 + [{often: ["Weekly"]}] * 2 + [{often: ["Never"]}] * 3:
        response_to(consultation, given)
    response_to(consultation, {often: ["Daily"], far: ["Far"]}).withdraw()

    with django_assert_num_queries(5):
        found = public_results(consultation)
    assert [(each.base, each.asked) for each in found] == [(10, None), (5, 7), (0, 5)]
    page = " ".join(client.get(reverse("consultations:answers", args=[consultation.slug])).content.decode().split())
    assert "Asked of those who chose “Daily” or “Weekly” in “How often?”. It was asked of 7 people." in page
    assert "5 of 7 who were asked answered this question." in page
    client.force_login(officer)
    desk = " ".join(client.get(reverse("desk_questionnaire", args=[consultation.pk])).content.decode().split())
    assert "5 of 7 who were asked answered." in desk


def test_of_how_few_it_was_asked_is_not_told_to_everybody(client, consultation, asked):
    for _n in range(4):
        response_to(consultation, {asked[0]: ["Daily"]})

    assert "It was asked of" not in client.get(f"/consultations/{consultation.slug}/answers/").content.decode()


@pytest.fixture
def edit(client, consultation):
    """Publish the consultation with these questions; return the page."""
    client.force_login(UserFactory(is_superuser=True))

    def edit(*rows):
        initial = sum(bool(row["id"]) for row in rows)
        changes = {"slug": consultation.slug, **nested_form_data({"questions": inline_formset(rows, initial)})}
        address = reverse("wagtailadmin_pages:edit", args=[consultation.pk])
        return client.post(address, form(**changes, **{"action-publish": "1"}))

    return edit


def row(label, *, kind="one", choices="Daily\nNever", pk="", **more):
    return {"id": pk, "label": label, "help_text": "", "kind": kind, "choices": choices, **more}


OFTEN, SCALE = row("How often?"), row("How safe?", kind="scale", choices="Bad\nGood")


def conditional(after, values):
    return row("How far?", choices="Far\nNear", shown_after=after, shown_for=values)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([OFTEN, conditional("2", "Far")], "There is no question 2 before this one."),
        ([conditional("2", "Daily"), OFTEN], "There is no question 2 before this one."),
        ([OFTEN, conditional("0", "Daily")], "There is no question 0 before this one."),
        ([OFTEN, conditional("1", "Daily\nHourly")], "“Hourly” is no answer to question 1. Possible: Daily; Never."),
        ([OFTEN, conditional("1", "")], "Write for which answers, one a line."),
        ([OFTEN, conditional("", "Daily")], "Say after which question; or leave both empty."),
        ([row("Why?", kind="open", choices=""), conditional("1", "Daily")], "Question 1 has no choices"),
        ([row("Order?", kind="ranking"), conditional("1", "Daily")], "Question 1 has no choices"),
    ],
)
def test_the_editor_is_told_what_a_condition_lacks(edit, rows, fault):
    assert fault in edit(*rows).content.decode()
    assert not Question.objects.exists()


def test_an_editor_writes_conditions(edit, consultation):
    edit(OFTEN, SCALE, conditional("2", " 1 \r\n\r\n2"))

    conditions = [each.condition for each in with_conditions(ConsultationPage.objects.get().questions.all())]
    assert conditions[:2] == [None, None]
    assert (conditions[2].earlier.label, conditions[2].values) == ("How safe?", ("1", "2"))


def test_a_condition_whose_question_was_deleted_is_told_and_asks_everybody_where_it_stands(edit, consultation):
    edit(OFTEN, SCALE, conditional("1", "Daily"))
    often, scale, far = Question.objects.order_by("sort_order")
    kept_rows = [row(each.label, kind=each.kind, choices=each.choices, pk=each.pk) for each in (often, scale, far)]
    kept_rows[0]["DELETE"], kept_rows[2] = "on", {**kept_rows[2], "shown_after": "1", "shown_for": "Daily"}

    assert "“Daily” is no answer to question 1. Possible: 1; 2; 3; 4; 5." in edit(*kept_rows).content.decode()

    often.delete()
    assert [each.condition for each in with_conditions(Question.objects.order_by("sort_order"))] == [None, None]

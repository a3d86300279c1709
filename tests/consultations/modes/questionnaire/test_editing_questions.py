"""Questions in the editor: written, mended, and kept once somebody has answered them."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from consultations.models import ConsultationPage, Question
from tests.consultations.editor_forms import form
from tests.factories import UserFactory, response_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def edit(client, consultation):
    """Save a draft of the consultation, or publish it, with these questions; return the answer."""
    client.force_login(UserFactory(is_superuser=True))

    def edit(rows, *, publish=False):
        initial = sum(bool(row.get("id")) for row in rows)
        changes = {"slug": consultation.slug, **nested_form_data({"questions": inline_formset(rows, initial)})}
        if publish:
            changes["action-publish"] = "1"
        return client.post(reverse("wagtailadmin_pages:edit", args=[consultation.pk]), form(**changes))

    return edit


def row_of(question, **changes):
    row = {name: getattr(question, name) for name in ("id", "label", "help_text", "kind", "choices")}
    return {"id": question.pk or "", **row, **changes}


def stored():
    return list(Question.objects.values_list("label", "kind", "choices"))


def test_an_editor_writes_questions(edit):
    new = {"id": "", "label": "How often?", "help_text": "", "kind": "one", "choices": "Daily\r\n\r\n Weekly \r\n"}

    edit([new], publish=True)

    assert stored() == [("How often?", "one", "Daily\nWeekly")]


@pytest.mark.parametrize(
    ("kind", "choices", "fault"),
    [
        ("open", "Daily", "has no choices"),
        ("one", "Daily", "at least two choices"),
        ("several", "Daily\nDaily", "once only"),
        ("scale", "Bad", "Write two lines"),
        ("one", f"Daily\n{'x' * 201}", "200 characters at most"),
    ],
)
def test_choices_have_to_fit_the_kind(kind, choices, fault):
    with pytest.raises(ValidationError, match=fault):
        Question(label="How often?", kind=kind, choices=choices).clean()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"kind": "several"}, "so its kind stays"),
        ({"label": "How seldom?"}, "People have answered these words"),
        ({"choices": "Daily\nNever"}, "these have to stay: Daily; Weekly; Never"),
        ({"choices": "Every day\nWeekly\nNever"}, "these have to stay"),
    ],
)
def test_an_answered_question_stays_as_it_was_read(edit, consultation, questions, changes, fault):
    often = questions[1]
    response_to(consultation, {often: ["Weekly"]})
    before = stored()

    page = edit([row_of(each, **(changes if each == often else {})) for each in questions], publish=True)

    assert fault in page.content.decode()
    assert stored() == before


def test_an_answered_question_takes_more_choices_and_another_help_text(edit, consultation, questions):
    often = questions[1]
    response_to(consultation, {often: ["Weekly"]})
    more = {"choices": "Hourly\nDaily\nWeekly\nNever", "help_text": "Count both ways."}

    edit([row_of(each, **(more if each == often else {})) for each in questions], publish=True)

    often.refresh_from_db()
    assert (often.values, often.help_text) == (["Hourly", "Daily", "Weekly", "Never"], "Count both ways.")


def test_a_question_that_nobody_answered_can_be_changed_and_deleted(edit, consultation, questions):
    often, lines = questions[1:3]
    response_to(consultation, {questions[0]: "A lamp."})
    rows = [row_of(questions[0]), row_of(often, kind="several"), row_of(lines, DELETE="on"), row_of(questions[3])]

    edit(rows, publish=True)

    assert [kind for _label, kind, _choices in stored()] == ["open", "several", "scale"]


@pytest.mark.parametrize("which", [0, 1])
def test_an_answered_question_is_not_deleted(edit, consultation, questions, which):
    response_to(consultation, {questions[0]: "A lamp.", questions[1]: ["Weekly"]})

    page = edit([row_of(each, **({"DELETE": "on"} if each == questions[which] else {})) for each in questions])

    assert "so it stays in the questionnaire" in page.content.decode()
    with pytest.raises(ProtectedError):
        questions[which].delete()


def test_an_old_draft_takes_nothing_away_that_was_answered_since(edit, consultation, questions):
    what, often, *_rest = questions
    edit([row_of(what, DELETE="on"), row_of(often, label="How seldom?", choices="A\nB"), *map(row_of, questions[2:])])
    response_to(consultation, {what: "A lamp.", often: ["Weekly"]})

    ConsultationPage.objects.get(pk=consultation.pk).get_latest_revision().publish()

    assert sorted(Question.objects.values_list("pk", "label")) == sorted((each.pk, each.label) for each in questions)
    assert Question.objects.get(pk=often.pk).values == ["Daily", "Weekly", "Never"]


def test_a_draft_published_twice_asks_once(edit, consultation):
    new = {"id": "", "label": "How often?", "help_text": "", "kind": "one", "choices": "Daily\nWeekly"}
    edit([new], publish=True)
    question = Question.objects.get()
    response_to(consultation, {question: ["Weekly"]})

    page = ConsultationPage.objects.get(pk=consultation.pk)
    page.get_latest_revision().publish()
    drafted = page.get_latest_revision_as_object().questions.get()
    edit([row_of(drafted, help_text="Count both ways.")], publish=True)

    assert Question.objects.get() == question
    assert Question.objects.get().help_text == "Count both ways."


def test_a_consultation_with_responses_is_not_deleted(client, consultation, questions):
    response_to(consultation, {questions[1]: ["Weekly"]})
    client.force_login(UserFactory(is_superuser=True))

    client.post(reverse("wagtailadmin_pages:delete", args=[consultation.pk]))

    assert ConsultationPage.objects.filter(pk=consultation.pk).exists()

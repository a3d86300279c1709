"""Two people have the link to one saved response: the second is shown what the first changed, and nothing is lost."""

import re
from datetime import timedelta

import pytest
from django.db import connection

from consultations.models import Response, SavedResponse
from tests.consultations.modes.questionnaire.saving import answers_of, save_again, saved_by, send_saved

pytestmark = pytest.mark.django_db

FIRST, SECOND = "Lamps, as the first has it.", "Benches, as the second has it."


@pytest.fixture
def saved(client, consultation, questions):
    """Return what the first has changed since the second opened it: the second's page has version 1."""
    what, often, _lines, safe = questions
    saved = saved_by(client, consultation, {what: "Something.", often: "Weekly", safe: "3"})
    save_again(client, saved, {what: FIRST, often: "Daily", safe: "3"})
    return saved


def second_has(questions):
    what, often, lines, safe = questions
    return {what: SECOND, often: "Never", lines: ["N2"], safe: "3"}


def hidden_fields(page):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    fields = {}
    for name, value in found:
        fields.setdefault(name, []).append(value)
    return fields


def choose(client, saved, page, choices, **more):
    """Send the page of a conflict with choices by question."""
    made = {f"keep-{question.pk}": choice for question, choice in choices.items()}
    return client.post(saved.address_of("save_again"), hidden_fields(page.content.decode()) | made | more)


@pytest.mark.parametrize("attempt", [save_again, send_saved])
def test_old_version_stores_nothing_and_shows_both(client, saved, questions, attempt):
    answer = attempt(client, saved, second_has(questions), version=1)

    page = answer.content.decode()
    what, often, lines, safe = questions
    assert answer.status_code == 409
    for words in (FIRST, SECOND, "Daily", "Never", "N2", what.label, often.label, lines.label):
        assert words in page
    assert safe.label not in page  # both say the same
    assert page.count("Both texts, one below the other") == 1  # of the one open question
    assert answers_of(saved) == {what.label: [FIRST], often.label: ["Daily"], safe.label: ["3"]}
    assert Response.objects.count() == 0


def test_each_answer_is_chosen_and_two_texts_are_both_kept(client, saved, questions):
    what, often, lines, safe = questions
    conflict = save_again(
        client, saved, second_has(questions), version=1, author_name="Bo", author_email="bo@example.org"
    )

    answer = choose(client, saved, conflict, {what: "both", often: "theirs", lines: "mine"})

    page = answer.content.decode()
    assert answers_of(saved) == {
        what.label: [f"{FIRST}\n\n{SECOND}"],
        often.label: ["Daily"],
        lines.label: ["N2"],
        safe.label: ["3"],
    }
    assert (answer.status_code, saved.version) == (200, 3)
    assert f"{FIRST}\n\n{SECOND}</textarea>" in page
    assert 'name="saved_version" value="3"' in page
    assert 'value="Bo"' in page
    assert 'value="bo@example.org"' in page
    assert f'action="{saved.get_absolute_url()}#look-again"' in page


def test_missing_choice_is_asked_for_and_nothing_is_stored(client, saved, questions):
    what, _often, lines, _safe = questions
    conflict = save_again(client, saved, second_has(questions), version=1)

    answer = choose(client, saved, conflict, {what: "mine", lines: "mine"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("Choose which of the two you want to keep.") == 2  # in the list and at the question
    assert SECOND in page
    assert answers_of(saved)[what.label] == [FIRST]


def test_choosing_nothing_at_all_stores_nothing(client, saved, questions):
    """A browser sends no field of radios that nobody chose."""
    what, often, lines, _safe = questions
    conflict = save_again(client, saved, second_has(questions), version=1)

    answer = choose(client, saved, conflict, {})
    again = choose(client, saved, answer, {what: "mine", often: "theirs", lines: "mine"})

    assert (answer.status_code, again.status_code) == (422, 200)
    assert SECOND in answer.content.decode()
    assert answers_of(saved)[what.label] == [SECOND]
    assert saved.version == 3  # raised by the second page alone


def test_what_is_saved_while_somebody_chooses_is_shown_too(client, saved, questions):
    what, often, lines, _safe = questions
    conflict = save_again(client, saved, second_has(questions), version=1)
    save_again(client, saved, {what: "A third text."}, version=2)

    answer = choose(client, saved, conflict, {what: "mine", often: "mine", lines: "mine"})

    assert (answer.status_code, "A third text." in answer.content.decode()) == (409, True)
    assert SECOND in answer.content.decode()
    assert answers_of(saved)[what.label] == ["A third text."]


def test_both_texts_that_are_too_long_together_are_given_back(client, saved, questions):
    what = questions[0]
    save_again(client, saved, {what: "a" * 15_000}, version=2)
    conflict = save_again(client, saved, {what: "b" * 15_000}, version=2)

    answer = choose(client, saved, conflict, {what: "both"})

    assert answer.status_code == 422
    assert "a" * 15_000 + "\n\n" + "b" * 15_000 in answer.content.decode()
    assert answers_of(saved)[what.label] == ["a" * 15_000]


def test_old_version_with_the_same_answers_is_no_conflict(client, saved, questions):
    what, often, _lines, safe = questions

    sent = send_saved(client, saved, {what: FIRST, often: "Daily", safe: "3"}, version=1)

    assert sent["Location"].startswith(Response.objects.get().get_receipt_url())
    assert SavedResponse.objects.count() == 0


@pytest.mark.parametrize("attempt", [save_again, send_saved])
def test_who_comes_after_it_was_sent_gets_the_words_back(client, saved, questions, attempt):
    send_saved(client, saved, {questions[0]: FIRST}, version=2)

    answer = attempt(client, saved, second_has(questions), version=1)

    assert (answer.status_code, SECOND in answer.content.decode()) == (409, True)
    assert Response.objects.count() == 1


@pytest.mark.parametrize("attempt", [save_again, send_saved])
def test_who_is_a_moment_later_is_shown_the_other_answers(client, saved, questions, attempt):
    def quicker(execute, sql, *how):
        """Let somebody else save between the reading of the row and its writing."""
        result = execute(sql, *how)
        if "FROM" in sql and "consultations_savedresponse" in sql and not done:
            done.append(sql)
            changed = saved.given[questions[0].pk]._replace(values=("Quick.",))
            saved.change(saved.given | {questions[0].pk: changed})
        return result

    done = []
    saved.refresh_from_db()
    with connection.execute_wrapper(quicker):
        answer = attempt(client, saved, second_has(questions), version=2)

    page = answer.content.decode()
    assert (answer.status_code, "Quick." in page, SECOND in page) == (409, True, True)
    assert (answers_of(saved)[questions[0].label], Response.objects.count()) == (["Quick."], 0)


def test_script_is_told_the_new_version_and_the_time(client, saved, questions, time_machine):
    time_machine.move_to(saved.saved_at.replace(hour=14, minute=3), tick=False)

    answer = save_again(client, saved, {questions[0]: FIRST}, version=2, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json()["version"]) == (200, 3)
    assert answer.json()["said"].startswith("Saved at ")


def test_script_is_told_of_a_conflict_when_the_version_is_old(client, saved, questions):
    answer = save_again(client, saved, second_has(questions), version=1, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json()) == (409, {"why": "conflict"})
    assert answers_of(saved)[questions[0].label] == [FIRST]


def test_script_is_told_what_is_no_conflict(client, saved, questions, time_machine):
    """Nobody has changed the answers: the consultation has closed, or they are sent."""
    script = {"headers": {"Accept": "application/json"}, "version": 1}
    opened_at = saved.saved_at
    time_machine.move_to(saved.consultation.closes_at + timedelta(days=1))
    closed = save_again(client, saved, second_has(questions), **script)
    time_machine.move_to(opened_at)
    send_saved(client, saved, {questions[0]: FIRST}, version=2)
    gone = save_again(client, saved, second_has(questions), **script)

    assert [(each.status_code, each.json()) for each in (closed, gone)] == [
        (409, {"why": "refused"}),
        (409, {"why": "gone"}),
    ]

"""A questionnaire question by question: numbers within the scope, comparison, the way to the desk and out."""

import csv
import io
import json
import re
import zipfile
from random import Random

import pytest
from django.urls import reverse

from consultations.models import Response, Status, Submission
from search.desk.views.saved import describe_saved
from search.exports.storage import export_path
from search.index.documents import build_document
from search.models import SavedSearch
from search.questionnaires.crosstab import build_crosstabs
from tests.factories import HELD_TEXT, export_of, questionnaire_for, response_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def questions(consultation):
    return questionnaire_for(consultation)


@pytest.fixture
def ask(client, officer, consultation):
    """Open the questionnaire's page as an officer."""
    client.force_login(officer)

    def ask(query="", name="desk_questionnaire"):
        return client.get(reverse(name, args=[consultation.pk]) + query)

    return ask


def said(response):
    return " ".join(re.sub("<[^>]*>", " ", response.content.decode()).split())


def part_of(response, question):
    return next(part for part in response.context["parts"] if part.result.question == question)


def counts(result):
    return [(share.label, share.count, share.per_cent) for share in result.shares]


def test_closed_questions_have_numbers_with_their_base(ask, consultation, questions):
    _what, often, lines, _safe = questions
    for value in ("Daily", "Daily", "Daily", "Weekly"):
        response_to(consultation, {often: [value], lines: ["N1", "N2"]})
    response_to(consultation, {lines: ["N1"]})

    page = ask()

    assert counts(part_of(page, often).result) == [("Daily", 3, None), ("Weekly", 1, None), ("Never", 0, None)]
    assert counts(part_of(page, lines).result) == [("N1", 5, 100), ("N2", 4, 80), ("N3", 0, 0)]
    assert "4 of 5 responses answered." in said(page)


def test_open_answers_are_counted_as_far_as_the_officer_may_find_them(ask, officer, consultation, questions):
    what = questions[0]
    response_to(consultation, {what: "More lamps, please."})
    response_to(consultation, {what: HELD_TEXT})
    response_to(consultation, {what: "I take this back."}).open_answers.get().withdraw()

    assert part_of(ask(), what).result.base == 2

    group = officer.groups.get()
    group.permissions.remove(group.permissions.get(codename="read_unpublished_submission"))
    assert part_of(ask(), what).result.base == 1


def test_withdrawn_responses_count_nowhere(ask, consultation, questions):
    what, often, _lines, safe = questions
    response_to(consultation, {what: "A lamp.", often: ["Daily"], safe: ["1"]}).withdraw()
    response_to(consultation, {often: ["Daily"], safe: ["5"]})

    page = ask(f"?by={often.pk}")

    table = part_of(page, safe).table
    assert (page.context["responses"], table.base, table.bases) == (1, 1, (1, 0, 0))
    assert [group.count for group in part_of(page, what).groups] == [0, 0, 0]


def respond_by_chance(consultation, questions, number):
    chance = Random(5)
    made = []
    for _n in range(number):
        given = {
            question: chance.sample(question.values, k=chance.randint(1, 2) if question.kind == "several" else 1)
            for question in questions
            if not question.is_open and chance.random() < 0.8
        }
        made.append({question.pk: values for question, values in given.items()})
        response_to(consultation, given)
    return made


@pytest.mark.parametrize("which", [1, 2, 3])
def test_a_comparison_counts_what_a_plain_count_counts(consultation, questions, which):
    made = respond_by_chance(consultation, questions, 60)
    by = questions[which]

    tables = build_crosstabs(questions, by)

    for question in questions[1:]:
        if question == by:
            assert question.pk not in tables
            continue
        both = [given for given in made if question.pk in given and by.pk in given]
        groups = [[given for given in both if group in given[by.pk]] for group in by.values]
        expected = [
            [sum(value in given[question.pk] for given in group) for group in [*groups, both]]
            for value in question.values
        ]
        table = tables[question.pk]
        assert [[share.count for share in (*line.shares, line.total)] for line in table.lines] == expected
        assert (table.bases, table.base) == (tuple(len(group) for group in groups), len(both))


def test_small_groups_have_numbers_and_no_percentages(ask, consultation, questions):
    _what, often, _lines, safe = questions
    for value in ("1", "1", "1", "5", "5"):
        response_to(consultation, {often: ["Daily"], safe: [value]})
    response_to(consultation, {often: ["Weekly"], safe: ["5"]})

    low, *_between, high = part_of(ask(f"?by={often.pk}"), safe).table.lines

    assert [(share.count, share.base, share.per_cent) for share in low.shares] == [
        (3, 5, 60),
        (0, 1, None),
        (0, 0, None),
    ]
    assert (high.total.count, high.total.base, high.total.per_cent) == (3, 6, 50)


def test_each_group_leads_to_its_open_answers_on_the_desk(client, ask, consultation, questions):
    what, often, *_rest = questions
    wanted = response_to(consultation, {what: "More lamps, please.", often: ["Weekly"]}).open_answers.get()
    response_to(consultation, {what: "Fewer lamps, please.", often: ["Daily"]})
    response_to(consultation, {often: ["Weekly"]})

    groups = part_of(ask(f"?by={often.pk}"), what).groups

    assert [(group.label, group.count) for group in groups] == [("Daily", 1), ("Weekly", 1), ("Never", 0)]
    desk = client.get(groups[1].link)
    assert [row.submission for row in desk.context["rows"]] == [wanted]
    assert "answered: What should change?; answered: How often do you ride at night?: Weekly." in said(desk)
    ticked = f'name="answer" value="{often.pk}=Weekly" checked'
    assert ticked in desk.content.decode()


def test_an_answer_is_read_beside_its_question_and_what_was_chosen(client, ask, consultation, questions):
    what, often, _lines, safe = questions
    one = response_to(consultation, {what: "More lamps.", safe: ["5"], often: ["Weekly"]}).open_answers.get()
    ask()

    page = said(client.get(reverse("desk_submission", args=[one.reference])))

    assert "Question What should change?" in page
    assert "How often do you ride at night?: Weekly How safe do you feel?: 5: Very safe" in page


def test_answers_to_one_question_are_alternatives(client, ask, consultation, questions):
    what, often, *_rest = questions
    for value in often.values:
        response_to(consultation, {what: f"I ride {value}.", often: [value]})
    ask()

    desk = client.get(reverse("desk"), {"answer": [f"{often.pk}=Daily", f"{often.pk}=Never"]})

    assert desk.context["result"].total == 2


def test_typical_words_lead_to_the_desk(ask, consultation, questions):
    what = questions[0]
    for number in range(6):
        response_to(consultation, {what: f"A lantern at stop {number}."})
        Submission.receive(kind="comment", consultation=consultation, text=f"A ferry at pier {number}.")

    words = [word for word, _count in part_of(ask(), what).words]

    assert "lantern" in words
    assert "ferry" not in words


def test_the_numbers_are_shown_while_the_index_is_away(ask, consultation, questions, settings):
    settings.SEARCH_URL = "fts5:////proc/nowhere/search.sqlite3"
    response_to(consultation, {questions[0]: "A lamp."})

    page = ask()

    assert (page.status_code, part_of(page, questions[0]).result.base) == (200, 1)
    assert "Typical words cannot be shown" in said(page)


@pytest.mark.parametrize("responses", [1, 30])
def test_a_comparison_takes_the_same_queries(ask, consultation, questions, responses, django_assert_num_queries):
    respond_by_chance(consultation, questions, responses)
    address = f"?by={questions[1].pk}"
    ask(address)

    with django_assert_num_queries(19):
        ask(address)


def test_the_tables_can_be_taken_away(ask, consultation, questions):
    _what, often, _lines, safe = questions
    type(often).objects.filter(pk=often.pk).update(label="=How often?")
    for value in ("1", "1", "1", "5", "5"):
        response_to(consultation, {often: ["Daily"], safe: [value]})

    file = ask(f"?by={safe.pk}", "desk_questionnaire_table")

    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[0] == ["question", "choice", "group", "count", "base", "per_cent"]
    assert ["'=How often?", "Daily", "How safe do you feel?: 1: Not safe at all", "3", "3", ""] in rows
    assert ["'=How often?", "Daily", "all who answered both", "5", "5", "100"] in rows


def test_a_comparison_by_nothing_that_is_there_is_none(ask, questions):
    assert ask("?by=99999").context["by"] is None
    assert ask(f"?by={questions[0].pk}").context["by"] is None  # an open question
    assert ask("?by=x").status_code == 200


def test_the_questionnaires_are_listed_with_their_responses(client, officer, consultation, questions):
    client.force_login(officer)
    response_to(consultation, {questions[1]: ["Daily"]})
    response_to(consultation, {questions[1]: ["Daily"]}).withdraw()

    page = client.get(reverse("desk_questionnaires"))

    assert f"{consultation.title} 4 questions, 1 response" in said(page)


def test_an_export_says_what_was_asked_and_chosen(officer, consultation, questions):
    what, often, lines, _safe = questions
    response_to(consultation, {what: "More lamps.", lines: ["N3", "N1"], often: ["Daily"]})
    response_to(consultation, {what: "Fewer lamps.", often: ["Never"]})

    export = export_of(officer, "jsonl", f"answer={often.pk}%3DDaily")

    with zipfile.ZipFile(export_path(export)) as file:
        (row,) = [json.loads(line) for line in file.read("submissions.jsonl").splitlines()]
        manifest = json.loads(file.read("manifest.json"))
    assert (row["text"], row["question"]) == ("More lamps.", "What should change?")
    assert row["answers"] == (
        "How often do you ride at night?: Daily; Which lines do you use?: N3; Which lines do you use?: N1"
    )
    assert manifest["query"]["answers"] == [f"{often.pk}=Daily"]


def test_a_saved_search_keeps_and_says_its_answers(officer, questions):
    saved = SavedSearch.objects.create(owner=officer, name="Daily", asked=f"answer={questions[1].pk}%3DDaily")

    said = "All submissions; answered: How often do you ride at night?: Daily."
    assert describe_saved([saved]) == [(saved, said)]


def test_a_withdrawn_response_leaves_no_document(consultation, questions):
    response_to(consultation, {questions[0]: "A lamp.", questions[1]: ["Daily"]})

    Response.objects.get().withdraw()

    assert (Submission.objects.get().status, build_document(Submission.objects.get())) == (Status.WITHDRAWN, None)

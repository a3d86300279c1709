"""Numbers and dates of questionnaires, as officers meet them: counted, compared, taken away, and no facets."""

import io
from datetime import date, datetime

import openpyxl
import pytest
from django.urls import reverse

from search.desk.answers import describe_response, label_answers
from search.disclosure.pack import figures_of
from search.index.documents import build_document, with_document_fields
from search.questionnaires.crosstab import build_crosstabs
from tests.factories import question_for, questionnaire_for, response_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(consultation):
    """Ask in one's own words, with a choice, for a number, and for a date."""
    what, often, *_rest = questionnaire_for(consultation)
    far = question_for(consultation, "=How far?", "number", unit="km", with_decimals=True)
    since = question_for(consultation, "Since when?", "date")
    return what, often, far, since


def answer(consultation, asked, often, far, since="2026-03-31"):
    what, of, number, day = asked
    return response_to(consultation, {what: "A lamp.", of: [often], number: [far], day: [since]})


def test_a_number_is_compared_in_bands(consultation, asked):
    for often, far in (("Daily", "1"), ("Daily", "8"), ("Weekly", "8"), ("Weekly", "95")):
        answer(consultation, asked, often, far)
    _what, of, number, _day = asked

    table = build_crosstabs([of, number], of)[number.pk]

    assert (table.base, table.bases) == (4, (2, 2, 0))
    assert [share.count for share in table.lines[0].shares] == [2, 1, 0]
    assert [line.total.count for line in table.lines] == [3, 0, 0, 0, 0, 0, 0, 0, 0, 1]


def test_nothing_is_compared_by_a_number(client, officer, consultation, asked):
    client.force_login(officer)
    answer(consultation, asked, "Daily", "3.5")
    address = reverse("desk_questionnaire", args=[consultation.pk])

    page = client.get(f"{address}?by={asked[2].pk}")

    assert (page.status_code, page.context["by"]) == (200, None)
    assert "Median" in client.get(address).content.decode()


def test_numbers_and_dates_are_no_keys_of_the_index(consultation, asked, django_assert_num_queries):
    answer(consultation, asked, "Daily", "3.5")

    with django_assert_num_queries(2):
        (row,) = with_document_fields(asked[0].open_answers.all())
        answers = build_document(row).answers

    assert answers == tuple(sorted((str(asked[0].pk), f"{asked[1].pk}=Daily")))


def test_the_pane_says_numbers_and_dates_in_words(consultation, asked):
    response = answer(consultation, asked, "Daily", "3.5")

    assert describe_response(response.pk)[1:] == ["=How far?: 3.5\N{NO-BREAK SPACE}km", "Since when?: 31 March 2026"]


@pytest.mark.parametrize("value", ["1e999999999", "NaN", "x", "2026-02-31", "9" * 200])
def test_an_address_with_a_value_that_is_none_is_said_as_it_is(asked, value):
    keys = [f"{question.pk}={value}" for question in asked[2:]]

    assert list(label_answers(keys).values()) == [f"=How far?: {value}", f"Since when?: {value}"]


def test_responses_are_taken_away_with_real_numbers_and_real_dates(client, officer, consultation, asked):
    client.force_login(officer)
    answer(consultation, asked, "Daily", "-3.5", "1900-01-02")
    answer(consultation, asked, "Never", "20000")
    answer(consultation, asked, "Never", "1").withdraw()

    file = client.get(reverse("desk_questionnaire_responses", args=[consultation.pk]))

    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(file.streaming_content)))["Responses 1"]
    heading, first, second = ([cell.value for cell in row] for row in sheet.iter_rows())
    assert heading[3:6] + heading[6:8] == [
        "How often do you ride at night?", "Which lines do you use?", "How safe do you feel?",
        "=How far?", "Since when?",
    ]  # fmt: skip
    assert (first[3], first[6], first[7]) == ("Daily", -3.5, "1900-01-02")  # Excel's calendar begins in March
    assert (second[3], second[6], second[7]) == ("Never", 20000, datetime(2026, 3, 31))
    assert isinstance(second[0], datetime | date)
    assert sheet["G1"].data_type == "s"


def test_a_disclosure_counts_numbers_in_bands_and_none_of_a_few_people(consultation, asked):
    for far in ("1", "2", "3", "95"):
        answer(consultation, asked, "Daily", far)
    assert {label for label, *_count in figures_of(consultation)} == {"How often do you ride at night?"}

    answer(consultation, asked, "Daily", "4")
    assert [(label, count) for label, _said, count in figures_of(consultation)] == [
        ("How often do you ride at night?", 5), ("=How far?", 4), ("=How far?", 1), ("Since when?", 5),
    ]  # fmt: skip

"""Questions that are answered with a number or a date: asked, answered, saved, counted, kept as they were."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import override

from consultations.measures import LONGEST_MEASURE
from consultations.models import ClosedAnswer, Question, Response
from consultations.modes.questionnaire.lines import table_lines
from consultations.modes.questionnaire.question_fields import name_of
from consultations.modes.questionnaire.results import public_results
from tests.consultations.modes.questionnaire.saving import answers_of, fields, save_again, saved_by, send_saved, shown
from tests.factories import question_for, response_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def distance(consultation):
    limits = {"lowest": "0", "highest": "20000", "unit": "km", "with_decimals": True}
    return question_for(consultation, "How far is it?", "number", **limits)


@pytest.fixture
def riders(consultation):
    return question_for(consultation, "How many ride with you?", "number")


@pytest.fixture
def moved(consultation):
    return question_for(consultation, "Since when?", "date", lowest="2000-01-01", highest="2026-12-31")


def send(client, consultation, given, **more):
    return client.post(reverse("consultations:questionnaire", args=[consultation.slug]), fields(given, **more))


def kept():
    return list(ClosedAnswer.objects.order_by("pk").values_list("value", flat=True))


@pytest.mark.parametrize(
    ("typed", "number"),
    [("3.5", "3.5"), ("3.50", "3.5"), ("007", "7"), ("-0", "0"), (" 1250 ", "1250"), ("٣٫٥", "3.5"), ("100", "100")],
)
def test_a_number_is_kept_exactly_however_it_is_written(client, consultation, distance, typed, number):
    sent = send(client, consultation, {distance: typed})

    assert (sent.status_code, kept()) == (302, [number])


@pytest.mark.parametrize(
    "typed",
    [
        "1e999",
        "NaN",
        "Infinity",
        "3,5",
        "1,000",
        "1 000",
        "0x10",
        "3.141",
        "--3",
        "½",
        "9" * 13,
        "9" * 5000,
        "3 km",
        ".",
    ],
)
def test_what_is_no_number_is_told_and_stays_in_its_field(client, consultation, distance, typed):
    sent = send(client, consultation, {distance: typed})

    page = sent.content.decode()
    assert (sent.status_code, Response.objects.count()) == (422, 0)
    assert f'value="{typed}"' in page
    told = "such as 1250.5." if len(typed) <= LONGEST_MEASURE else "60"
    assert told in page


def test_a_comma_is_the_point_of_those_who_write_it_so(distance):
    with override("de"):
        assert [distance.answer_in(typed) for typed in ("3,5", "3.5")] == ["3.5", "3.5"]
        assert distance.said("3.5") == "3,5\N{NO-BREAK SPACE}km"
        with pytest.raises(ValidationError):
            distance.answer_in("1.000")
    assert distance.said("12345.5") == "12,345.5\N{NO-BREAK SPACE}km"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("-1", "The smallest possible answer is 0\N{NO-BREAK SPACE}km."),
        ("20000.01", "The largest possible answer is 20,000\N{NO-BREAK SPACE}km."),
    ],
)
def test_a_number_lies_within_its_limits(client, consultation, distance, typed, told):
    assert told in send(client, consultation, {distance: typed}).content.decode()
    assert kept() == []


def test_a_whole_number_is_asked_for_where_no_decimals_are(client, consultation, riders):
    assert "Write a whole number, without decimals." in send(client, consultation, {riders: "2.5"}).content.decode()
    assert send(client, consultation, {riders: "-2.0"}).status_code == 302
    assert kept() == ["-2"]


@pytest.mark.parametrize("typed", ["2026-03-31", "31/03/2026", "31.03.2026"])
def test_a_date_is_kept_as_a_day_of_the_calendar(client, consultation, moved, typed):
    send(client, consultation, {moved: typed})

    assert kept() == ["2026-03-31"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("2026-02-31", "Write a day that the calendar has"),
        ("31 February 2026", "Write a day that the calendar has"),
        ("31/2/26", "Write a day that the calendar has"),
        ("0001-01-01", "This day is too far away"),
        ("1999-12-31", "The earliest day is 1 January 2000."),
        ("2027-01-01", "The latest day is 31 December 2026."),
    ],
)
def test_what_is_no_day_is_told_and_stays_in_its_field(client, consultation, moved, typed, told):
    page = send(client, consultation, {moved: typed}).content.decode()

    assert told in page
    assert f'value="{typed}"' in page
    assert kept() == []


def test_the_field_says_what_may_be_answered(client, consultation, distance, moved):
    page = client.get(reverse("consultations:questionnaire", args=[consultation.slug])).content.decode()

    assert "From 0\N{NO-BREAK SPACE}km to 20,000\N{NO-BREAK SPACE}km." in page
    assert "Year, month and day, such as 2026-03-31. From 1 January 2000 to 31 December 2026." in page
    assert re.search(rf'<input type="text" name="{name_of(distance)}"[^>]*inputmode="decimal"', page)


def test_a_required_number_is_asked_for_and_an_optional_one_may_stay_empty(client, consultation, distance, moved):
    Question.objects.filter(pk=distance.pk).update(required=True)

    page = send(client, consultation, {distance: " ", moved: "2020-01-01"}).content.decode()

    assert "This question needs an answer: write a number." in page
    assert send(client, consultation, {distance: "0", moved: ""}).status_code == 302
    assert kept() == ["0"]


def test_a_wrong_number_is_saved_for_later_as_it_was_typed_and_told_when_it_is_sent(
    client, consultation, distance, moved
):
    saved = saved_by(client, consultation, {distance: "about 3", moved: "31 February"})

    assert answers_of(saved) == {"How far is it?": ["about 3"], "Since when?": ["31 February"]}
    page = shown(client, saved)
    assert 'value="about 3"' in page
    assert 'value="31 February"' in page
    assert "Some questions have changed" not in page
    assert send_saved(client, saved, {distance: "about 3", moved: "31 February"}).status_code == 422
    assert send_saved(client, saved, {distance: "3", moved: "2026-02-28"}).status_code == 302
    assert sorted(kept()) == ["2026-02-28", "3"]


def test_two_people_with_one_link_choose_between_two_numbers(client, consultation, distance):
    saved = saved_by(client, consultation, {distance: "3"})
    save_again(client, saved, {distance: "4"})

    page = save_again(client, saved, {distance: "5"}).content.decode()
    assert [words in page for words in ("What was saved meanwhile", ">4</p>", ">5</p>", "Both texts")] == [
        True, True, True, False,
    ]  # fmt: skip

    saved.refresh_from_db()
    save_again(client, saved, {distance: "5"}, version=2, **{f"keep-{distance.pk}": "mine", "keep-seen": "1"})
    assert answers_of(saved) == {"How far is it?": ["5"]}


def test_the_receipt_says_numbers_and_dates_as_the_reader_writes_them(client, consultation, distance, moved):
    response = response_to(consultation, {distance: ["3.5"], moved: ["2026-03-31"]})

    page = client.get(response.get_receipt_url()).content.decode()

    assert "<li>3.5\N{NO-BREAK SPACE}km</li>" in page
    assert "<li>31 March 2026</li>" in page


def respond(consultation, question, values):
    for value in values:
        response_to(consultation, {question: [value]})


def test_numbers_are_told_with_quartiles_and_counted_in_equal_bands(client, consultation, distance):
    respond(consultation, distance, ["1", "2", "2", "3.5", "40", "95"])

    (result,) = public_results(consultation)

    assert result.base == 6
    assert [(str(name), number.replace("\N{NO-BREAK SPACE}", " ")) for name, number in result.quartiles] == [
        ("Smallest", "1 km"),
        ("A quarter up to", "2 km"),
        ("Median", "2.75 km"),
        ("Three quarters up to", "30.88 km"),
        ("Largest", "95 km"),
    ]
    assert [share.count for share in result.shares] == [4, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    assert result.shares[0].label.replace("\N{NO-BREAK SPACE}", " ") == "0 km to 9.9 km"
    page = client.get(reverse("consultations:answers", args=[consultation.slug])).content.decode()
    assert "2.75\N{NO-BREAK SPACE}km" in page
    assert "6 people answered this question." in page


def test_no_number_is_told_to_everybody_below_five(client, consultation, distance):
    respond(consultation, distance, ["1", "2", "2", "37"])

    page = client.get(reverse("consultations:answers", args=[consultation.slug])).content.decode()

    assert "Numbers appear here once five people have answered" in page
    assert "37" not in page.split("How far is it?")[-1].split("</section>")[0]


@pytest.mark.parametrize(
    "values",
    [
        ["5"],
        ["0", "999999999999"],
        ["-999999999999", "999999999999"],
        ["0.01", "0.02"],
        ["-7", "3.25"],
        ["1", "10"],
        ["1", "11"],
    ],
)
def test_bands_are_ten_at_most_and_hold_every_number_once(distance, values):
    lines = table_lines(distance, values)

    assert 1 <= len(lines) <= 10
    assert sorted(value for line in lines for value in line.values) == sorted(values)
    assert len({line.label for line in lines}) == len(lines)


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (["2026-01-31", "2026-03-01"], ["January 2026", "February 2026", "March 2026"]),
        (["2019-05-01", "2022-05-01"], ["2019", "2020", "2021", "2022"]),
        (["1900-01-01", "2239-12-31"], ["1900 to 1949", "1950 to 1999", "2000 to 2049", "2050 to 2099", "2100 to 2149",
                                        "2150 to 2199", "2200 to 2249"]),
    ],
)  # fmt: skip
def test_days_are_counted_by_month_or_by_year(moved, days, labels):
    lines = table_lines(moved, days)

    assert [line.label for line in lines] == labels
    assert sorted(value for line in lines for value in line.values) == sorted(days)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"kind": "number", "choices": "1\n2"}, "choices"),
        ({"kind": "number", "lowest": "few"}, "lowest"),
        ({"kind": "number", "lowest": "2", "highest": "1"}, "highest"),
        ({"kind": "number", "lowest": "0.5"}, "lowest"),
        ({"kind": "date", "highest": "2026-02-31"}, "highest"),
        ({"kind": "date", "unit": "km"}, "unit"),
        ({"kind": "date", "with_decimals": True}, "with_decimals"),
        ({"kind": "open", "lowest": "1"}, "lowest"),
    ],
)
def test_the_editor_is_told_which_field_does_not_fit_the_kind(fields, name):
    with pytest.raises(ValidationError) as raised:
        Question(label="How far?", **fields).clean()

    assert list(raised.value.message_dict) == [name]


def test_limits_are_kept_as_answers_are():
    question = Question(label="How far?", kind="date", lowest="1/2/2026", highest="31.12.2026")

    question.clean()

    assert (question.lowest, question.highest) == ("2026-02-01", "2026-12-31")


def test_an_answered_number_keeps_its_limits_and_its_unit(consultation, distance):
    respond(consultation, distance, ["3.5"])
    changed = Question.objects.get(pk=distance.pk)
    changed.unit, changed.with_decimals, changed.highest = "miles", False, "1"

    with pytest.raises(ValidationError) as raised:
        changed.clean()
    assert set(raised.value.message_dict) == {"unit", "with_decimals", "highest"}

    changed.stay_as(distance)
    assert (changed.unit, changed.with_decimals, changed.highest) == ("km", True, "20000")

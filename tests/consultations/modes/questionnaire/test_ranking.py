"""Choices that people put in order: asked without script, checked, saved, and told as first places and points."""

import re
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from consultations.models import ClosedAnswer, Question, Response
from consultations.modes.questionnaire.question_fields import name_of
from consultations.modes.questionnaire.results import public_results
from search.index.documents import build_document
from tests.consultations.modes.questionnaire.saving import answers_of, fields, save_again, saved_by, send_saved, shown
from tests.factories import question_for, questionnaire_for, response_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(consultation):
    return question_for(consultation, "What matters most?", "ranking", choices="Light\nBenches\nTrees")


def send(client, consultation, given, **more):
    return client.post(reverse("consultations:questionnaire", args=[consultation.slug]), fields(given, **more))


def kept():
    return sorted(ClosedAnswer.objects.values_list("value", flat=True))


def test_places_are_chosen_from_a_list_beside_each_choice_and_some_may_be_left_out(client, consultation, order):
    page = client.get(reverse("consultations:questionnaire", args=[consultation.slug])).content.decode()
    assert len(re.findall(rf'<select[^>]* name="{name_of(order)}"', page)) == 3
    assert '<option value="2. Trees">2</option>' in page

    sent = send(client, consultation, {order: ["", "1. Benches", "2. Light"]})

    assert (sent.status_code, kept()) == (302, ["1. Benches", "2. Light"])
    receipt = client.get(Response.objects.get().get_receipt_url()).content.decode()
    assert "<li>1. Benches</li><li>2. Light</li>" in receipt


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["1. Light", "1. Trees"], "Two choices have place 1."),
        (["1. Light", "2. Light"], "One choice has two places."),
        (["1. Light", "3. Trees"], "No choice has place 2."),
        (["1. Fountains"], "Select a valid choice"),
        (["4. Light"], "Select a valid choice"),
        (["01. Light"], "Select a valid choice"),
        (["Light"], "Select a valid choice"),
    ],
)
def test_an_order_that_is_none_is_told_and_stays_chosen(client, consultation, order, values, told):
    sent = send(client, consultation, {order: values})

    page = sent.content.decode()
    assert (sent.status_code, kept()) == (422, [])
    assert told in page
    chosen = [value for value in values if value in order.values]
    assert re.findall(r'<option value="([^"]+)" selected>', page) == sorted(chosen, key=order.values.index)


def test_a_required_order_needs_one_place(client, consultation, order):
    Question.objects.update(required=True)

    assert "give at least one choice a place" in send(client, consultation, {order: ["", "", ""]}).content.decode()


def test_an_unfinished_order_is_saved_and_told_when_it_is_sent(client, consultation, order):
    saved = saved_by(client, consultation, {order: ["2. Trees", "2. Light"]})

    assert answers_of(saved) == {"What matters most?": ["2. Trees", "2. Light"]}
    assert shown(client, saved).count(" selected>") == 2
    assert send_saved(client, saved, {order: ["2. Trees", "2. Light"]}).status_code == 422
    assert send_saved(client, saved, {order: ["2. Trees", "1. Light"]}).status_code == 302


def test_two_people_with_one_link_choose_between_two_orders(client, consultation, order):
    saved = saved_by(client, consultation, {order: ["1. Light"]})
    save_again(client, saved, {order: ["2. Light", "1. Trees"]})

    page = save_again(client, saved, {order: ["1. Benches"]}, version=1).content.decode()

    assert [words in page for words in (">1. Trees</p>", ">2. Light</p>", ">1. Benches</p>")] == [True, True, True]
    save_again(client, saved, {order: ["1. Benches"]}, version=2, **{f"keep-{order.pk}": "theirs", "keep-seen": "1"})
    assert answers_of(saved) == {"What matters most?": ["1. Trees", "2. Light"]}


def test_results_tell_first_places_the_mean_place_and_points(client, consultation, order):
    for given in (["1. Light", "2. Trees", "3. Benches"], ["1. Light"], ["1. Trees", "2. Light"]):
        response_to(consultation, {order: given})
    for _n in range(2):
        response_to(consultation, {order: ["1. Benches"]})

    (result,) = public_results(consultation)

    told = [(each.label, each.first.count, each.placed, each.mean_place, each.points) for each in result.ranking]
    assert told == [
        ("Light", 2, 3, Decimal("1.3"), 8),
        ("Benches", 2, 3, Decimal("1.7"), 7),
        ("Trees", 1, 2, Decimal("1.5"), 5),
    ]
    assert (result.base, result.ranking[0].points_of) == (5, 15)
    page = client.get(reverse("consultations:answers", args=[consultation.slug])).content.decode()
    assert "5 people answered this question." in page
    assert "A first place is worth 3 points" in page


def test_the_index_knows_who_put_something_first(consultation, order):
    what = questionnaire_for(consultation)[0]
    response = response_to(consultation, {what: "A lamp.", order: ["1. Trees", "2. Light"]})

    assert f"{order.pk}=1. Trees" in build_document(response.open_answers.get()).answers
    assert f"{order.pk}=2. Light" not in build_document(response.open_answers.get()).answers


def test_officers_see_the_order_and_compare_its_first_places(client, officer, consultation, order):
    _what, often, *_rest = questionnaire_for(consultation)
    client.force_login(officer)
    response_to(consultation, {often: ["Daily"], order: ["1. Trees", "2. Light"]})
    response_to(consultation, {often: ["Never"], order: ["1. Light"]})
    address = reverse("desk_questionnaire", args=[consultation.pk])

    assert "Mean place" in client.get(address).content.decode()
    assert client.get(f"{address}?by={order.pk}").context["by"] is None
    table = client.get(f"{address}?by={often.pk}").context["parts"][0].table
    assert [(line.label, [share.count for share in line.shares]) for line in table.lines] == [
        ("Light", [0, 0, 1]),
        ("Benches", [0, 0, 0]),
        ("Trees", [1, 0, 0]),
    ]
    assert (table.base, table.bases) == (2, (1, 0, 1))


@pytest.mark.parametrize(
    ("choices", "fault"),
    [
        ("Light", "at least two choices, and at most 10"),
        ("\n".join("abcdefghijk"), "at most 10"),
        (f"a\n{'x' * 197}", "196"),
    ],
)
def test_an_order_has_two_to_ten_choices(choices, fault):
    with pytest.raises(ValidationError, match=fault):
        Question(label="What matters?", kind="ranking", choices=choices).clean()


def test_an_answered_order_takes_no_more_choices(consultation, order):
    response_to(consultation, {order: ["1. Light"]})
    order.choices += "\nWater"

    with pytest.raises(ValidationError, match="have to stay"):
        order.clean()

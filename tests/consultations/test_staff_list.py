"""The list of consultations as the list of what staff have to do."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.models import ConsultationPage
from tests.factories import ConsultationFactory, held_in, questionnaire_for, response_to, submission_to

pytestmark = pytest.mark.django_db

LIST = "staff_consultations"
QUERIES = 16


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


def titles(client, **query):
    page = client.get(reverse(LIST), query).content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    return re.findall(r'<th scope="row">\s*(?:<a [^>]*>)?([^<\n]+?)\s*(?:</a>|<|\n)', page)


def in_days(days):
    return timezone.now() + timedelta(days=days)


def test_what_is_due_next_comes_first(as_editor):
    ConsultationFactory(title="closes in 9", closes_at=in_days(9))
    ConsultationFactory(title="opens in 4", opens_at=in_days(4), closes_at=in_days(40))
    over = {"opens_at": in_days(-90), "closes_at": in_days(-60)}
    ConsultationFactory(title="late", answer_due=in_days(-20).date(), **over)
    ConsultationFactory(title="due in 6", answer_due=in_days(6).date(), **over)
    ConsultationFactory(title="answered", answer_due=in_days(-30).date(), outcome=[("text", "<p>So.</p>")], **over)
    draft = ConsultationFactory(title="draft opens in 2", live=False, opens_at=in_days(2))
    ConsultationPage.objects.filter(pk=draft.pk).update(first_published_at=None)

    assert titles(as_editor) == ["late", "draft opens in 2", "opens in 4", "due in 6", "closes in 9", "answered"]


def test_a_row_says_how_many_answered_and_how_many_wait(as_editor, editor):
    page = ConsultationFactory(owner=editor)
    submission_to(page, "A lamp would help.")
    held_in(page)
    opened, one, _several, _scale = questionnaire_for(page)
    response_to(page, {one: ["Daily"], opened: "More buses."})

    row = as_editor.get(reverse(LIST)).content.decode().partition("<tbody>")[2]

    assert re.findall(r'class="number" data-label="([^"]+)">(\d+)<', row) == [("Came in", "3"), ("Waiting", "1")]
    assert str(editor) in row


def test_the_list_is_narrowed_by_title_and_owner(as_editor, editor):
    ConsultationFactory(title="Mine about trams", owner=editor)
    ConsultationFactory(title="Mine about parks", owner=editor)
    ConsultationFactory(title="Another about trams")

    assert set(titles(as_editor, q="trams")) == {"Mine about trams", "Another about trams"}
    assert titles(as_editor, q="TRAMS", owner="mine") == ["Mine about trams"]
    assert titles(as_editor, q="trams", owner="mine", stage="late") == []
    assert titles(as_editor, owner="'; drop") == []


def test_an_empty_list_says_what_to_do(as_editor, client, officer):
    assert "Write the first" in as_editor.get(reverse(LIST)).content.decode()
    assert "Show all" in as_editor.get(reverse(LIST), {"q": "nothing"}).content.decode()
    client.force_login(officer)
    assert "What editors publish appears here" in client.get(reverse(LIST)).content.decode()


@pytest.mark.parametrize("number", [2, 12])
def test_the_list_takes_as_many_queries_for_few_as_for_many(as_editor, editor, django_assert_num_queries, number):
    for _n in range(number):
        submission_to(ConsultationFactory(owner=editor), "A lamp would help.")
    as_editor.get(reverse(LIST))

    with django_assert_num_queries(QUERIES):
        as_editor.get(reverse(LIST))

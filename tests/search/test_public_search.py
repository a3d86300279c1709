"""The public search finds what everybody may read, and nothing else."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from wagtail.models import PageViewRestriction

from consultations.models import Status, Submission
from portal.models import AuditEntry
from search.engines.configured import get_engine
from search.language.query import SearchUnavailable
from search.public_search import views
from tests.factories import ConsultationFactory, idea_for, questionnaire_for, response_to, submission_to

pytestmark = pytest.mark.django_db
SEARCH = "/search/"


def found(client, words, **query):
    return client.get(SEARCH, {"q": words, **query}).content.decode()


def test_page_asks_first_and_finds_nothing_unasked(client, consultation):
    submission_to(consultation, "A zeppelin, please.")

    page = client.get(SEARCH).content.decode()

    assert ("What are you looking for?" in page, "zeppelin" in page) == (True, False)
    assert "noindex" in page


def test_texts_of_every_kind_are_found_and_lead_to_their_place(client, consultation):
    question = questionnaire_for(consultation)[0]
    response = response_to(consultation, {question: "A zeppelin would help."})
    texts = [
        submission_to(consultation, "A zeppelin, please."),
        idea_for(consultation, title="A zeppelin for all", text="It would be quick."),
    ]
    texts.append(response.open_answers.get())

    page = found(client, "zeppelin")

    assert "3 texts have these words" in page
    assert all(text.get_absolute_url() in page for text in texts)
    assert "<mark>" in page


def test_consultations_are_found_by_title_and_text(client, consultation):
    consultation.title = "Zeppelins over the harbour"
    consultation.save_revision().publish()

    assert consultation.get_absolute_url() in found(client, "zeppelins")


@pytest.mark.parametrize("status", [Status.HELD, Status.REFUSED, Status.WITHDRAWN])
def test_what_is_not_public_is_not_found(client, consultation, status):
    submission_to(consultation, "A zeppelin, please.").move(status)

    page = found(client, "zeppelin")

    assert ("A zeppelin" in page, "0 texts have these words" in page) == (False, True)


def test_what_was_not_given_to_be_published_is_not_found(client, consultation):
    submission_to(consultation, "A zeppelin, please.", for_public=False)

    assert "0 texts have these words" in found(client, "zeppelin")


@pytest.mark.parametrize("what", ["private", "off the site"])
def test_nothing_of_a_consultation_that_not_everybody_may_open_is_found(client, consultation, what):
    ConsultationFactory(title="Another one")
    submission_to(consultation, "A zeppelin, please.")
    if what == "private":
        PageViewRestriction.objects.create(page=consultation, restriction_type="login")
    else:
        consultation.unpublish()

    for words in ("zeppelin", f'"{consultation.title}"'):
        page = found(client, words)
        assert ("A zeppelin" in page, consultation.get_absolute_url() in page) == (False, False)
        assert "0 texts have these words" in page


def test_text_that_was_taken_down_since_is_not_shown(client, consultation):
    text = submission_to(consultation, "A zeppelin, please.")
    found(client, "zeppelin")
    Submission.objects.filter(pk=text.pk).update(status=Status.HELD)  # the index has not heard of it

    assert "A zeppelin" not in found(client, "zeppelin")


def test_twenty_come_to_a_page(client, consultation):
    for n in range(21):
        submission_to(consultation, f"Zeppelin number {n}.")

    first, second = found(client, "zeppelin"), found(client, "zeppelin", page=2)

    assert [len(re.findall(r"<mark>Zeppelin</mark> number", page)) for page in (first, second)] == [20, 1]
    assert "21 texts have these words" in second


def test_markup_stays_text(client, consultation):
    submission_to(consultation, "<b>zeppelin</b>")

    assert "<b>" not in found(client, "zeppelin")
    assert "<script>" not in found(client, "<script>alert(1)</script>")


@pytest.mark.parametrize("words", ["", '"', "a" * 501, " ".join(["a"] * 200), "\x00", "((((", "-", "*"])
def test_no_question_breaks_it(client, consultation, words):
    assert client.get(SEARCH, {"q": words}).status_code in (200, 400)


def test_no_page_number_breaks_it(client, consultation):
    submission_to(consultation, "A zeppelin, please.")

    pages = [client.get(SEARCH, {"q": "zeppelin", "page": n}) for n in ("0", "x", "²", "9" * 30, "400")]

    assert {page.status_code for page in pages} == {200}
    assert ["1 text has these words" in page.content.decode() for page in pages] == [True] * 5


@pytest.mark.parametrize("words", ["a b c d e f g h i", "a* b* c*"])
def test_no_question_of_many_words_is_asked(client, consultation, words):
    page = found(client, words)

    assert ("Use at most 8 words" in page, "these words</p>" in page) == (True, False)


def test_who_asks_too_often_waits_and_keeps_the_words(client, consultation, monkeypatch):
    monkeypatch.setattr(views, "SEARCHES_PER_MINUTE", 2)
    cache.clear()
    for _n in range(2):
        found(client, "bus")

    answer = client.get(SEARCH, {"q": "zeppelin"})

    assert (answer.status_code, int(answer["Retry-After"]) <= 60) == (429, True)
    assert 'value="zeppelin"' in answer.content.decode()


def test_without_an_index_it_says_so(client, consultation, monkeypatch):
    def away(*_args):
        raise SearchUnavailable("The index is away.")

    monkeypatch.setattr(type(get_engine()), "search", away)

    answer = client.get(SEARCH, {"q": "bus"})

    assert (answer.status_code, "The search rests" in answer.content.decode()) == (503, True)


def test_nobody_keeps_what_a_citizen_asked(client, consultation):
    found(client, "zeppelin")

    assert not AuditEntry.objects.exists()


def test_menu_leads_there(client, consultation):
    assert f'href="{reverse("search:public_search")}"' in client.get("/").content.decode()


def test_search_costs_few_queries(client, consultation, django_assert_max_num_queries):
    for n in range(20):
        submission_to(consultation, f"Zeppelin number {n}.")
    found(client, "zeppelin")

    with django_assert_max_num_queries(14):
        found(client, "zeppelin")

import pytest
from django.urls import reverse

from consultations.models import Status
from search.engines.fts5 import Fts5Engine
from search.language.query import Query
from tests.search.submissions import submission

from ..corpus import document

PUBLIC, BOTH = {"visibility": ("public",)}, {"visibility": ("public", "restricted")}
FERRY = ["The ferry wharf needs a ramp.", "A ramp at the ferry wharf, please.", "Ferry tickets and the wharf ramp."]
BUS = ["The night bus is late.", "A night bus at the school.", "More seats in the night bus, please."]
TREES = [f"Shade for the school number {n}." for n in range(1, 90)]


@pytest.fixture
def index(tmp_path):
    made = Fts5Engine(tmp_path / "search.sqlite3")
    texts = [document(n, text=text, language="en") for n, text in enumerate([*FERRY, *BUS], 1)]
    secret = {"visibility": "restricted", "status": "held"}
    texts += [document(n, text="The ferry wharf ramp smuggler.", **secret) for n in (7, 8, 150)]
    texts.append(document(9, text="The ferry wharf needs a ramp.", letter=1))
    texts += [document(n, text=text, language="en") for n, text in enumerate(TREES, 10)]
    made.write(texts)
    return made


def test_similar_texts_are_in_scope_and_no_copies(index):
    assert sorted(index.similar(1, PUBLIC, 5)) == [2, 3]
    assert {7, 8} < set(index.similar(1, BOTH, 9))
    assert (index.similar(1, {"visibility": ()}, 5), index.similar(99, BOTH, 5)) == ([], [])


def test_typical_words_come_from_the_scope_alone(index):
    words = dict(index.typical(Query(text="ferry", scope=PUBLIC), 10))

    assert words == {"wharf": 4, "ramp": 4}
    assert "smuggler" in dict(index.typical(Query(text="ferry", scope=BOTH), 10))


def test_words_that_may_be_there_by_chance_are_not_typical(index):
    asked = ["Does the ferry run late?", "Does a ferry run?", "Does it wait, the ferry?"]
    index.write([document(n, text=text) for n, text in enumerate(asked, 200)])

    assert "does" in dict(index.typical(Query(text="ferry", scope=PUBLIC), 10))

    index.write([document(n, text=f"Does school {n} have shade?") for n in range(300, 318)])
    assert "does" not in dict(index.typical(Query(text="ferry", scope=PUBLIC), 10))


def test_spellings_are_near_and_common_first(index):
    assert index.spellings("fery", 3) == ["ferry"]
    assert index.spellings("whraf", 3) == ["wharf"]
    assert index.spellings("zeppelin", 3) == []


def test_a_slip_of_the_pen_is_mended(desk, consultation):
    submission(consultation, "The ferry is late")

    response = desk(q="fery -tram", kind="comment")

    assert [(s.text, s.count) for s in response.context["suggestions"]] == [("ferry -tram", 1)]
    assert "?q=ferry+-tram&amp;kind=comment" in response.content.decode()


def test_nothing_is_suggested_from_outside_the_scope(public_desk, consultation):
    submission(consultation, "A smuggler", status=Status.HELD)
    submission(consultation, "A ferry")

    response = public_desk(q="smugler")

    assert response.context["suggestions"] == []
    assert "smuggler" not in response.content.decode()


def test_the_desk_shows_typical_words_and_similar_texts_within_scope(public_desk, client, consultation):
    made = [submission(consultation, text) for text in FERRY + BUS + TREES[:12]]
    for _n in range(2):
        submission(consultation, "The ferry wharf ramp smuggler.", status=Status.HELD)

    words = public_desk(q="ferry", words="1").context["typical"]
    assert {word for word, _count in words} >= {"wharf", "ramp"}
    assert "smuggler" not in dict(words)

    response = client.get(reverse("desk_submission", args=[made[0].reference]), {"similar": "1"})
    assert {row.submission for row in response.context["similar"]} == {made[1], made[2]}

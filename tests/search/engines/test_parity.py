from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from search.engines.fts5 import Fts5
from search.language.query import Query

from ..corpus import ANSWERS, ASKED, START, VALUES, collapsed, compare, documents, question

CORPUS = documents(1500)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    index = Fts5(tmp_path_factory.mktemp("index") / "search.sqlite3")
    index.write(CORPUS)
    return index


def random_query(seed):
    chance = Random(seed)
    facets = chance.sample(sorted(VALUES), k=chance.choice((0, 0, 1, 2)))
    filters = {facet: tuple(chance.sample(VALUES[facet], k=chance.randint(1, 2))) for facet in facets}
    if chance.random() < 0.3:
        filters["month"] = tuple(chance.sample(("2025-12", "2026-02", "2026-03", "2027-01"), k=2))
    since = START + timedelta(days=chance.randint(0, 300)) if chance.random() < 0.3 else None
    until = START + timedelta(days=chance.randint(100, 310)) if chance.random() < 0.3 else None
    scope = chance.choice(({"visibility": ("public",)}, {"visibility": ("public", "restricted")}, {}))
    text = question(chance) if chance.random() < 0.9 else ""
    sort = chance.choice(("newest", "oldest", "relevance"))
    among = tuple(chance.sample(range(1, 1501), k=700)) if chance.random() < 0.2 else None
    without = tuple(chance.sample(range(1, 1501), k=300)) if chance.random() < 0.2 else ()
    answers = tuple(chance.sample((*ASKED, *ANSWERS), k=chance.randint(1, 3))) if chance.random() < 0.3 else ()
    return Query(
        text=text, filters=filters, must=scope, since=since, until=until, sort=sort, page=1, size=5, among=among,
        without=without, collapse=chance.random() < 0.5, answers=answers,
    )  # fmt: skip


@pytest.mark.parametrize("block", range(20))
def test_engine_counts_what_a_plain_matcher_counts(index, block):
    for seed in range(block * 20, block * 20 + 20):
        compare(index, random_query(seed), CORPUS)


@pytest.mark.parametrize("sort", ["newest", "oldest"])
@pytest.mark.parametrize("text", ["", "bus | nuit", "night -tree"])
def test_collapsed_pages_hold_each_letter_once_with_its_number(index, sort, text):
    query = Query(text=text, filters={"kind": ("comment", "idea")}, must={}, sort=sort, size=50, collapse=True)

    pages = [index.search(replace(query, page=page)).hits for page in range(1, 40)]

    assert [(hit.id, hit.copies) for hits in pages for hit in hits] == collapsed(query, CORPUS)


def test_collapsed_by_relevance_each_letter_has_its_best_hit(index):
    query = Query(text="bus | nuit", must={}, sort="relevance", size=2000)

    best = {}
    letters = {document.id: document.letter for document in CORPUS}
    for hit in index.search(query).hits:
        best.setdefault(letters[hit.id], hit.id)

    assert [hit.id for hit in index.search(replace(query, collapse=True)).hits] == list(best.values())


@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
def test_pages_put_together_are_what_iterate_returns(index, sort):
    query = Query(text="bus | nuit", filters={"status": ("held", "published")}, must={}, sort=sort, size=7)

    pages = []
    for page in range(1, 300):
        hits = index.search(Query(text=query.text, filters=query.filters, must={}, sort=sort, size=7, page=page)).hits
        pages += [hit.id for hit in hits]
        if not hits:
            break

    assert pages == list(index.iterate(query))


def test_iterate_orders_by_the_time_of_receipt(index):
    ids = list(index.iterate(Query(must={}, sort="newest")))

    assert ids == [d.id for d in sorted(CORPUS, key=lambda d: (d.received_at, d.id), reverse=True)]

from dataclasses import replace

import pytest

from search.engines.fts5 import Fts5Engine
from search.language.query import Query
from tests.search.corpus import random_query

from ..corpus import collapsed, compare, documents

CORPUS = documents(1500)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    index = Fts5Engine(tmp_path_factory.mktemp("index") / "search.sqlite3")
    index.write(CORPUS)
    return index


@pytest.mark.parametrize("block", range(20))
def test_engine_counts_what_a_plain_matcher_counts(index, block):
    for seed in range(block * 20, block * 20 + 20):
        compare(index, random_query(seed), CORPUS)


@pytest.mark.parametrize("sort", ["newest", "oldest"])
@pytest.mark.parametrize("text", ["", "bus | nuit", "night -tree"])
def test_collapsed_pages_hold_each_letter_once_with_its_number(index, sort, text):
    query = Query(text=text, filters={"kind": ("comment", "idea")}, scope={}, sort=sort, size=50, collapse=True)

    pages = [index.search(replace(query, page=page)).hits for page in range(1, 40)]

    assert [(hit.id, hit.copies) for hits in pages for hit in hits] == collapsed(query, CORPUS)


def test_collapsed_by_relevance_each_letter_has_its_best_hit(index):
    query = Query(text="bus | nuit", scope={}, sort="relevance", size=2000)

    best = {}
    letters = {document.id: document.letter for document in CORPUS}
    for hit in index.search(query).hits:
        best.setdefault(letters[hit.id], hit.id)

    assert [hit.id for hit in index.search(replace(query, collapse=True)).hits] == list(best.values())


@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
def test_pages_put_together_are_what_iterate_returns(index, sort):
    query = Query(text="bus | nuit", filters={"status": ("held", "published")}, scope={}, sort=sort, size=7)

    pages = []
    for page in range(1, 300):
        hits = index.search(Query(text=query.text, filters=query.filters, scope={}, sort=sort, size=7, page=page)).hits
        pages += [hit.id for hit in hits]
        if not hits:
            break

    assert pages == list(index.iterate(query))


def test_iterate_orders_by_the_time_of_receipt(index):
    ids = list(index.iterate(Query(scope={}, sort="newest")))

    assert ids == [d.id for d in sorted(CORPUS, key=lambda d: (d.received_at, d.id), reverse=True)]

"""The engine on a real node: it finds what the embedded one finds, and loses nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from elasticsearch import Elasticsearch

from consultations.models import Status, Submission
from search.engines.configured import get_engine_at
from search.engines.document import Deletion
from search.engines.elasticsearch.address import ElasticsearchAddress
from search.engines.elasticsearch.engine import ElasticsearchEngine
from search.index.documents import build_document
from search.index.indices import open_index
from search.index.rebuild import rebuild_indices
from search.index.relay import relay_batch
from search.index.verify import DriftReport, verify_index
from search.language.query import Query, SearchUnavailable, UnscopedQuery
from search.models import PoisonDocument
from tests.conftest import own_indices
from tests.search.corpus import random_query
from tests.search.submissions import submission

from ..corpus import collapsed, compare, document, documents

pytestmark = pytest.mark.elasticsearch
CORPUS = documents(1500)
EVERYTHING = {"visibility": ("public", "restricted")}
NEVER_TAKEN = "x" * 40_000  # longer than a keyword may be: the server refuses it, whatever is tried


@pytest.fixture(scope="module")
def filled(elasticsearch_url):
    with own_indices(elasticsearch_url) as prefix:
        index = ElasticsearchEngine(ElasticsearchAddress.of(f"{elasticsearch_url}/{prefix}"))
        assert index.write(CORPUS) == {}
        index.bucket_totals()  # what was written can be found
        yield index
        index.close()


@pytest.fixture
def index(elasticsearch_url, elasticsearch_prefix, settings, tmp_path):
    settings.SEARCH_URL = f"{elasticsearch_url}/{elasticsearch_prefix}"
    settings.VAR_DIR = tmp_path
    index = get_engine_at(settings.SEARCH_URL)
    yield index
    index.close()


def found(index, text=""):
    index.bucket_totals()
    return sorted(index.iterate(Query(text=text, scope=EVERYTHING)))


@pytest.mark.parametrize("block", range(20))
def test_engine_counts_what_a_plain_matcher_counts(filled, block):
    for seed in range(block * 20, block * 20 + 20):
        assert not compare(filled, random_query(seed), CORPUS).partial


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_collapsed_pages_hold_each_letter_once_with_its_number(filled, sort):
    query = Query(text="bus | nuit", filters={"kind": ("comment", "idea")}, scope={}, sort=sort, size=50, collapse=True)

    pages = [filled.search(replace(query, page=page)).hits for page in range(1, 40)]

    assert [(hit.id, hit.copies) for hits in pages for hit in hits] == collapsed(query, CORPUS)


@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
def test_pages_put_together_are_what_iterate_returns(filled, sort):
    query = Query(text="bus | nuit", filters={"status": ("held", "published")}, scope={}, sort=sort, size=40)

    pages = [filled.search(replace(query, page=page)).hits for page in range(1, 30)]

    assert [hit.id for hits in pages for hit in hits] == list(filled.iterate(query))


def test_a_hit_is_marked_as_on_the_embedded_engine(index):
    index.write([document(1, title="Buses", text="The night bus is <b>late</b>.")])
    index.bucket_totals()

    (hit,) = index.search(Query(text="bus", scope={})).hits

    assert (hit.title, hit.snippet) == ("\ue000Buses\ue001", "The night \ue000bus\ue001 is <b>late</b>.")


def test_a_query_without_scope_is_refused(filled):
    with pytest.raises(UnscopedQuery):
        filled.search(Query(text="bus"))


def test_an_older_version_loses_and_an_equal_one_repairs(index):
    index.write([document(1, version=3, text="A tram")])
    index.write([document(1, version=2, text="A bus")])
    assert (found(index, "tram"), found(index, "bus")) == ([1], [])

    index.write([document(1, version=3, text="A tree")])
    assert (found(index, "tram"), found(index, "tree")) == ([], [1])


def test_what_was_deleted_does_not_come_back_with_an_older_write(index):
    index.write([document(1, version=3), document(2)])
    index.write([Deletion(1, 5)])
    index.write([document(1, version=4)])

    assert found(index) == [2]
    assert index.bucket_totals() == {2: (1, document(2).checksum)}
    assert index.versions() == {1: 5, 2: 1}


def test_what_the_server_refuses_is_named_and_the_rest_is_kept(index):
    refused = index.write([document(1), document(2, channel=NEVER_TAKEN), document(3)])

    assert list(refused) == [2]
    assert "immense term" in refused[2] or "max bytes length" in refused[2] or "channel" in refused[2]
    assert found(index) == [1, 3]


def test_a_server_that_is_away_is_said_to_be(elasticsearch_url):
    away = ElasticsearchEngine(ElasticsearchAddress.of("http://127.0.0.1:9/parley"))

    for ask in (lambda: away.search(Query(scope={})), lambda: away.write([document(1)]), away.bucket_totals):
        with pytest.raises(SearchUnavailable, match="cannot be reached"):
            ask()


def test_relay_marks_what_was_taken_and_keeps_the_poison(consultation, index, monkeypatch):
    good, bad = submission(consultation, "A bus"), submission(consultation, "A tram", channel="paper")

    def poisoned(row):
        return replace(build_document(row), channel=NEVER_TAKEN) if row.pk == bad.pk else build_document(row)

    monkeypatch.setattr("search.index.indices.build_document", poisoned)

    assert (relay_batch(), relay_batch()) == (2, 0)
    poison = PoisonDocument.objects.get()
    assert (poison.submission, poison.version, poison.attempts) == (bad, bad.version, 1)
    assert list(Submission.objects.lagging()) == [bad]
    assert found(index) == [good.pk]

    monkeypatch.undo()
    bad.write({"review_due_at": None})  # a new version is tried at once
    assert (relay_batch(), found(index)) == (1, [good.pk, bad.pk])
    assert not PoisonDocument.objects.exists()


def test_verify_names_what_was_changed_lost_and_added(consultation, index):
    one, two, three = (submission(consultation, text) for text in ("A bus", "A tram", "A tree"))
    relay_batch()
    assert verify_index(open_index()) == DriftReport(checked=3)

    index.write(
        [
            replace(build_document(one), text="Something else"),
            replace(build_document(three), id=999_999),
            Deletion(two.pk, 99),
        ]
    )

    assert verify_index(open_index()) == DriftReport(checked=3, different=[one.pk], missing=[two.pk], extra=[999_999])


def test_rebuild_keeps_the_old_generation_fed_for_a_day(consultation, index):
    one, two = submission(consultation, "A bus"), submission(consultation, "A tram")
    relay_batch()
    before = index.generations.indices_with_alias(index.alias)

    assert rebuild_indices() == 2

    (now,) = index.generations.indices_with_alias(index.alias)
    assert [now] != before
    assert index.generations.indices_with_alias(f"{index.alias}-fed") == sorted([now, *before])
    two.withdraw()
    relay_batch()
    index.client.indices.refresh(index=before[0])
    texts = index.client.search(index=before[0], query={"match": {"exact": "tram"}})
    assert (found(index), texts["hits"]["hits"]) == ([one.pk], [])

    assert index.delete_retired() == []
    assert index.generations.delete_retired(kept=timedelta(0)) == before
    assert verify_index(open_index()) == DriftReport(checked=2)


def test_a_change_during_a_rebuild_arrives(consultation, index):
    made = [submission(consultation, "A bus") for _n in range(3)]
    relay_batch()

    def meanwhile(_count):
        if made[0].status == Status.WITHDRAWN:
            return
        made[0].withdraw()
        made[1].write({"cleared": made[1].add_revision(text="A tram", title="", actor=None)})
        submission(consultation, "A tree")
        submission(consultation, "A rude word", status=Status.RECEIVED)

    rebuild_indices(meanwhile)

    assert verify_index(open_index()) == DriftReport(checked=5)
    assert (found(index, "bus"), found(index, "tram"), len(found(index))) == ([made[2].pk], [made[1].pk], 3)


def test_a_rebuild_that_is_broken_off_leaves_the_old_index_in_use(consultation, index):
    submission(consultation, "A bus")
    relay_batch()
    before = index.generations.indices_with_alias(index.alias)

    def break_off(_count):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild_indices(break_off)

    assert (
        index.generations.indices_with_alias(index.alias)
        == index.generations.indices_with_alias(f"{index.alias}-fed")
        == before
    )


def test_an_unknown_field_is_refused(index, elasticsearch_url):
    index.write([document(1)])

    with Elasticsearch(elasticsearch_url) as client, pytest.raises(Exception, match="strict_dynamic_mapping"):
        client.index(index=index.alias, document={"email": "cleo@example.org"})


PLAN = "The council plans more night buses to the harbour before the winter begins, says the minister"


def test_similar_texts_are_found_once_for_each_letter_and_within_the_scope(index):
    texts = [
        document(1, text=PLAN),
        document(2, text="More night buses to the harbour before winter would be a fine plan"),
        document(3, text="More night buses to the harbour before winter would be a fine plan", letter=2),
        document(4, text="Night buses to the harbour, before the winter begins", visibility="restricted"),
        document(5, text="Trees for the school, and shade in summer"),
        document(6, text=PLAN, letter=1),
    ]
    index.write(texts)
    index.bucket_totals()

    found = index.similar(1, {"visibility": ("public",)}, 5)

    assert len(found) == 1
    assert found[0] in (2, 3)
    assert 4 in index.similar(1, EVERYTHING, 5)
    assert index.similar(99, EVERYTHING, 5) == []


def test_typical_words_come_from_the_hits_and_never_from_outside_the_scope(index):
    rest = [document(n, text=f"Trees and shade for the school number {n}") for n in range(1, 60)]
    hits = [document(n, text=f"The tram to the harbour {n} is crowded") for n in range(100, 120)]
    hidden = [document(n, text=f"The tram secretword {n}", visibility="restricted") for n in range(200, 230)]
    index.write(rest + hits + hidden)
    index.bucket_totals()

    words = dict(index.typical(Query(text="tram", scope={"visibility": ("public",)}), 10))

    assert words["harbour"] == words["crowded"] == 20
    assert {"tram", "secretword", "trees"} & set(words) == set()
    assert index.typical(Query(text="zeppelin", scope=EVERYTHING), 10) == []


def test_spellings_are_words_of_the_index(index):
    index.write([document(1, text="The harbour and the council")])
    index.bucket_totals()

    assert index.spellings("harbuor", 3) == ["harbour"]
    assert index.spellings("counsil", 3) == ["council"]
    assert index.spellings("zzzzzz", 3) == []

import multiprocessing
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from search.engines.configured import get_engine_at
from search.engines.document import Deletion
from search.engines.fts5 import Fts5Engine
from search.language.query import Hit, Query, SearchUnavailable, UnscopedQuery

from ..corpus import START, document, documents


@pytest.fixture
def index(tmp_path):
    return Fts5Engine(tmp_path / "deep" / "search.sqlite3")


def found(index, text="", **query):
    return sorted(index.iterate(Query(text=text, scope={}, **query)))


def test_an_empty_index_answers(index):
    result = index.search(Query(text="bus", scope={}))

    assert (result.total, result.hits, result.months, index.bucket_totals(), index.versions()) == (0, (), (), {}, {})


def test_a_query_without_scope_is_refused(index):
    with pytest.raises(UnscopedQuery):
        index.search(Query(text="bus"))


def test_a_scope_of_nothing_shows_nothing(index):
    index.write([document(1)])

    result = index.search(Query(scope={"visibility": ()}))

    assert (result.total, result.hits, result.months) == (0, (), ())
    assert all(counts == () for counts in result.facets.values())


def test_hits_are_marked_and_unescaped(index):
    index.write([document(1, title="Night <b>buses</b>", text="A bus & a tram")])

    hit = index.search(Query(text="bus", scope={}, sort="newest")).hits

    assert hit == (Hit(1, 0.0, "Night <b>\ue000buses\ue001</b>", "A \ue000bus\ue001 & a tram"),)


def test_a_deleted_text_is_gone_from_the_files(index):
    index.write([document(1, text="The zebra finch sings at the bus stop."), document(2, text="A tram")])
    index.close()
    assert b"zebra finch sings" in everything_in(index.path.parent)

    index.write([Deletion(1, 2)])

    assert b"zebra finch sings" not in everything_in(index.path.parent)
    assert found(index) == [2]


def everything_in(folder):
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_an_older_version_never_overwrites(index):
    index.write([document(1, version=5, text="tram")])
    index.write([document(1, version=4, text="bus"), Deletion(1, 3)])

    assert (found(index, "bus"), found(index, "tram"), index.versions()) == ([], [1], {1: 5})


def test_a_deletion_is_not_undone_by_an_older_version(index):
    index.write([document(1, version=1)])
    index.write([Deletion(1, 3)])
    index.write([document(1, version=2)])

    assert (found(index), index.bucket_totals(), index.versions()) == ([], {}, {1: 3})


def test_an_equal_version_repairs(index):
    index.write([document(1, version=1, text="bus")])
    index.write([document(1, version=1, text="tram", kind="idea", day=START + timedelta(days=40))])

    assert (found(index, "bus"), found(index, "tram", filters={"kind": ("idea",)})) == ([], [1])


def test_stats_are_the_documents_checksums(index):
    made = [document(1), document(257, text="tram"), document(2)]
    index.write([*made, Deletion(9, 1)])

    assert index.bucket_totals() == {1: (2, made[0].checksum + made[1].checksum), 2: (1, made[2].checksum)}
    assert index.bucket_checksums(1) == {1: made[0].checksum, 257: made[1].checksum}


def test_stats_notice_a_changed_row(index):
    index.write([document(1, text="A bus at night")])
    before = index.bucket_totals()

    with sqlite3.connect(index.path) as db:
        db.execute("UPDATE texts SET text = 'A tram at night'")
    db.close()

    assert index.bucket_totals() != before


def test_checksum_changes_with_every_field():
    plain = document(1)
    changes = [
        {"version": 2}, {"title": "x"}, {"text": "x"}, {"received_at": plain.received_at + timedelta(microseconds=1)},
        {"day": START + timedelta(days=1)}, {"consultation": "2"}, {"kind": "idea"}, {"status": "held"},
        {"language": "de"}, {"channel": "paper"}, {"visibility": "restricted"},
        {"person": "x"}, {"letter": 2},
    ]  # fmt: skip

    assert len({replace(plain, **change).checksum for change in [{}, *changes]}) == len(changes) + 1


def test_a_day_out_of_the_ordinary_is_kept(index):
    days = [datetime(1900, 1, 1, tzinfo=UTC), datetime(2240, 12, 31, tzinfo=UTC)]
    made = [document(n, day=day.date(), received_at=day) for n, day in enumerate(days, 1)]
    index.write(made)

    assert index.search(Query(scope={})).months == (("1900-01", 1), ("2240-12", 1))
    assert index.bucket_checksums(1) == {1: made[0].checksum}


def test_swap_shows_the_fresh_generation_to_everybody(index):
    other = Fts5Engine(index.path)
    index.write([document(1)])
    assert found(other) == [1]

    fresh = index.new_generation()
    fresh.write([document(2)])
    assert found(index) == [1]
    with index.exclusive_lock():
        index.swap(fresh)
    other.write([document(3)])

    assert (found(index), found(other)) == ([2, 3], [2, 3])
    assert sorted(path.name for path in index.path.parent.glob("*.g-*") if path.suffix.count("-") < 2) == [
        index.path.resolve().name
    ]


def test_fresh_clears_away_what_an_earlier_rebuild_left(index):
    index.write([document(1)])
    left = index.new_generation()

    index.new_generation().discard()

    assert (left.path.exists(), found(index)) == (False, [1])


def test_a_second_rebuild_at_the_same_time_is_refused(index):
    with index.rebuild_lock(), pytest.raises(SearchUnavailable, match="Another rebuild"), index.rebuild_lock():
        raise AssertionError


def test_an_index_of_another_schema_asks_for_a_rebuild(index):
    index.write([document(1)])
    index.close()
    with sqlite3.connect(index.path) as db:
        db.execute("PRAGMA user_version=99")
    db.close()

    with pytest.raises(SearchUnavailable, match="search_rebuild"):
        found(index)
    fresh = index.new_generation()
    fresh.write([document(2)])
    index.swap(fresh)
    assert found(index) == [2]


@pytest.mark.parametrize("damage", [b"not a database at all" * 100, b""])
def test_a_damaged_file_is_a_typed_error(tmp_path, damage):
    path = tmp_path / "search.sqlite3"
    path.write_bytes(damage)

    with pytest.raises(SearchUnavailable, match="search_rebuild"):
        Fts5Engine(path).search(Query(scope={}))


def test_a_place_that_cannot_be_written_is_a_typed_error(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(SearchUnavailable):
        Fts5Engine(tmp_path / "file" / "search.sqlite3").search(Query(scope={}))


def test_threads_and_readers_share_one_index(index):
    made = documents(120)

    def write(part):
        for one in made[part::3]:
            index.write([one])
            index.search(Query(text="bus", scope={}))

    with ThreadPoolExecutor(3) as pool:
        errors = [done.exception() for done in [pool.submit(write, part) for part in range(3)]]

    assert (errors, found(index)) == ([None] * 3, [one.id for one in made])


def _write_in_a_child(path, part):
    Fts5Engine(path).write(documents(90)[part::3])


def test_processes_share_one_index(index):
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=_write_in_a_child, args=(index.path, part)) for part in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()

    assert found(index) == list(range(1, 91))


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_opens_its_own_connection(index):
    index.write([document(1)])

    if (pid := os.fork()) == 0:
        index.write([document(2)])
        os._exit(0)

    assert os.waitpid(pid, 0)[1] == 0
    assert found(index) == [1, 2]


@pytest.mark.parametrize(
    ("url", "said"),
    [("https://host:9200", "beginning of our"), ("sqlite:///x", "must start with fts5"), ("fts5:///", "no file")],
)
def test_engine_at_says_what_it_cannot_speak_to(url, said):
    with pytest.raises(ImproperlyConfigured, match=said):
        get_engine_at(url)


def test_engine_at_reads_the_address(settings):
    assert get_engine_at("fts5:////srv/x.sqlite3").path.as_posix() == "/srv/x.sqlite3"
    assert get_engine_at("fts5:///var/x.sqlite3").path == settings.BASE_DIR / "var" / "x.sqlite3"

"""An index that is not the one the database knows: lost, older, or another database's."""

import shutil

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse

from consultations.models import Submission
from search.desk import results
from search.desk.views.staff_home import index
from search.engines.configured import get_engine, get_sealed_engine
from search.index.indices import open_index, sealed_index
from search.index.rebuild import rebuild_indices
from search.index.relay import relay_batch
from search.index.status import get_search_status
from search.index.verify import DriftReport, verify_index
from search.language.query import Query, SearchUnavailable
from search.models import IndexState
from tests.search.submissions import redacted, submission


def lose(engine):
    """Delete the file of an index, as a volume that was not mounted does."""
    engine.close()
    for path in engine.path.parent.glob(f"{engine.path.name}*"):
        path.unlink()


def put_older_copy_back(engine, change):
    """Change an index, and put the file back that was there before."""
    engine.close()
    kept = engine.path.parent / "kept"
    shutil.copy(engine.path.resolve(), kept)
    change()
    engine.close()
    for suffix in ("-wal", "-shm"):
        engine.path.resolve().with_name(engine.path.resolve().name + suffix).unlink(missing_ok=True)
    shutil.copy(kept, engine.path.resolve())


def take_down(one):
    one.withdraw()
    relay_batch()


@pytest.fixture
def indexed(consultation):
    made = submission(consultation, "A tram")
    relay_batch()
    return made


def assert_unknown(user):
    assert "search_rebuild" in get_search_status().trouble
    with pytest.raises(SearchUnavailable, match="not the one that the database knows"):
        results.search_as(user, Query())


def test_an_index_that_was_lost_is_not_up_to_date(indexed, officer, client):
    lose(get_engine())
    client.force_login(officer)

    assert_unknown(officer)
    assert client.get("/healthz/ready").json()["search"] == "unavailable"
    assert (index().tone, "search_rebuild" in index().words) == ("stop", True)
    assert client.get(reverse("desk")).status_code == 503
    assert "search_rebuild" in client.get(reverse("search_status")).content.decode()


def test_an_older_copy_of_the_index_would_show_what_was_taken_down(indexed, officer):
    put_older_copy_back(get_engine(), lambda: take_down(indexed))

    assert_unknown(officer)


def test_nothing_is_written_to_an_index_that_is_not_known(indexed, consultation):
    lose(get_engine())
    submission(consultation, "A bus")

    with pytest.raises(SearchUnavailable, match="not the one"):
        relay_batch()

    assert (Submission.objects.lagging().count(), get_engine().versions()) == (1, {})


def test_another_databases_index_is_not_taken_over(indexed, consultation, officer):
    IndexState.objects.all().delete()
    Submission.objects.update(indexed_version=0)

    assert_unknown(officer)


def test_a_lost_sealed_index_keeps_the_open_one_working(consultation, officer):
    one = redacted(consultation, "Ring 0491 570 006", "Ring me")
    relay_batch()
    lose(get_sealed_engine())

    assert results.search_as(officer, Query()).total == 1
    assert "sealed" in get_search_status().trouble
    one.add_revision(text="Other", title="", actor=None)
    with pytest.raises(SearchUnavailable, match="The sealed index"):
        relay_batch()


@pytest.mark.parametrize("how", ["lost", "older"])
def test_a_rebuild_mends_it(indexed, officer, how, capsys):
    if how == "lost":
        lose(get_engine())
    else:
        put_older_copy_back(get_engine(), lambda: take_down(indexed))

    call_command("search_rebuild", verbosity=0)

    assert get_search_status().trouble == ""
    assert verify_index(open_index()) == DriftReport(checked=1)
    assert verify_index(sealed_index()) == DriftReport()
    results.search_as(officer, Query())


def test_a_crash_on_either_side_of_the_swap_leaves_a_known_index(indexed, officer):
    known = IndexState.objects.get(name="open")
    IndexState.announce("open", "a generation that was never put in use")
    assert results.search_as(officer, Query()).total == 1

    IndexState.objects.filter(name="open").update(generation="the one before", replaced_by=known.generation)
    assert results.search_as(officer, Query()).total == 1

    rebuild_indices()
    assert results.search_as(officer, Query()).total == 1
    assert IndexState.objects.get(name="open").replaced_by == ""


@pytest.mark.elasticsearch
def test_a_lost_index_on_a_server_is_told_and_made_anew(
    indexed, officer, settings, elasticsearch_url, elasticsearch_prefix, capsys
):
    settings.SEARCH_URL = f"{elasticsearch_url}/{elasticsearch_prefix}"
    assert_unknown(officer)
    call_command("search_rebuild", verbosity=0)
    cache.clear()  # of what the engine said a second ago
    assert get_search_status().trouble == ""
    cache.clear()
    engine = get_engine()
    for name in engine.generations.indices_with_alias(engine.alias):
        engine.client.indices.delete(index=name)

    assert_unknown(officer)
    call_command("search_rebuild", verbosity=0)

    assert results.search_as(officer, Query()).total == 1
    engine.close()


def test_a_comparison_of_an_unknown_index_says_so(indexed, capsys):
    lose(get_engine())

    with pytest.raises(CommandError, match="drifted"):
        call_command("search_verify", verbosity=0)

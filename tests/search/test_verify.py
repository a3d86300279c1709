import sqlite3
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.models import Status, Submission
from search.engines.configured import get_engine
from search.engines.document import Deletion
from search.index.documents import build_document
from search.index.indices import open_index
from search.index.rebuild import rebuild_indices
from search.index.relay import relay_batch
from search.index.verify import DriftReport, repair_index, verify_index
from search.language.query import Query, SearchUnavailable
from tests.factories import submission_to
from tests.search.submissions import questionnaire_with_many_responses, submission


@pytest.fixture
def three(consultation):
    made = [submission(consultation, text) for text in ("A bus", "A tram", "A tree")]
    relay_batch()
    return made


def test_verify_finds_nothing_when_all_is_well(three):
    assert verify_index(open_index()) == DriftReport(checked=3)


def test_a_redacted_copy_of_a_letter_is_no_drift(consultation):
    letter = "Please keep the night bus on the bridge road, because nurses on the late shift have no other way home."
    made = [submission_to(consultation, letter) for _n in range(2)]
    relay_batch()
    shown = made[1].redact(text=letter[:60], title="", actor=None)
    made[1].move(Status.HELD)
    made[1].move(Status.PUBLISHED, revision=shown)
    relay_batch()

    assert verify_index(open_index()) == DriftReport(checked=2)
    assert get_engine().search(Query(scope={"visibility": ("public",)})).distinct_texts == 1


def test_lag_is_no_drift(three):
    three[0].add_revision(text="Edited", title="", actor=None)
    three[1].withdraw()

    assert verify_index(open_index()) == DriftReport(checked=3, lag=2)


def test_verify_names_what_was_changed_lost_and_added(three, consultation):
    get_engine().write([replace(build_document(three[0]), text="Something else"), Deletion(three[1].pk, 99)])
    get_engine().write([replace(build_document(three[2]), id=999)])

    assert verify_index(open_index()) == DriftReport(
        checked=3, different=[three[0].pk], missing=[three[1].pk], extra=[999]
    )


def test_a_withdrawn_text_that_stayed_is_extra(three):
    get_engine().write([replace(build_document(three[0]), version=50)])
    three[0].withdraw()
    Submission.objects.filter(pk=three[0].pk).update(indexed_version=50)

    assert verify_index(open_index()) == DriftReport(checked=3, extra=[three[0].pk])


def test_a_row_changed_behind_the_engines_back_is_drift(three):
    with sqlite3.connect(get_engine().path) as db:
        db.execute("UPDATE texts SET text = 'x' WHERE id = ?", (three[2].pk,))
    db.close()

    assert verify_index(open_index()).different == [three[2].pk]


def test_repair_mends_all_kinds(three):
    get_engine().write([replace(build_document(three[0]), text="Something else")])
    get_engine().write([replace(build_document(three[2]), id=999)])
    with sqlite3.connect(get_engine().path) as db:
        db.execute("DELETE FROM documents WHERE id = ?", (three[1].pk,))
        db.execute("DELETE FROM texts WHERE id = ?", (three[1].pk,))
    db.close()

    repair_index(open_index(), verify_index(open_index()))
    relay_batch()

    assert verify_index(open_index()) == DriftReport(checked=3)


def test_command_fails_on_drift_and_only_then(three, capsys):
    call_command("search_verify", verbosity=0)
    get_engine().write([Deletion(three[0].pk, 99)])
    with pytest.raises(CommandError) as drifted:
        call_command("search_verify", verbosity=0)

    assert drifted.value.returncode == 1
    assert capsys.readouterr().out == (
        "open: 3 submissions compared; 0 changes wait for the relay.\n"
        "sealed: 0 submissions compared; 0 changes wait for the relay.\nNo drift.\n"
        f"open: 3 submissions compared; 0 changes wait for the relay.\nopen: missing: 1 ({three[0].pk})\n"
        "sealed: 0 submissions compared; 0 changes wait for the relay.\n"
    )


def test_more_responses_than_sqlite_takes_conditions_are_read_and_compared(consultation):
    questionnaire_with_many_responses(consultation, 1001)

    assert rebuild_indices() == 1001
    assert verify_index(open_index()) == DriftReport(checked=1001)


def test_repair_names_no_more_rows_in_a_query_than_databases_take(three):
    strangers = [replace(build_document(three[0]), id=number) for number in range(10_000, 11_200)]
    get_engine().write(strangers)

    with CaptureQueriesContext(connection) as asked:
        repair_index(open_index(), verify_index(open_index()))

    assert max(query["sql"].count(",") for query in asked.captured_queries) < 1000
    assert verify_index(open_index()) == DriftReport(checked=3)


def test_rebuild_makes_the_same_index_anew(three, consultation):
    held = submission(consultation, "Held", status=Status.HELD)
    get_engine().write([Deletion(three[0].pk, 99)])
    before = get_engine().path.resolve()

    assert rebuild_indices() == 4

    assert get_engine().path.resolve() != before
    assert verify_index(open_index()) == DriftReport(checked=4)
    assert sorted(get_engine().versions()) == [*[one.pk for one in three], held.pk]


def test_rebuild_loses_no_change_made_meanwhile(three, consultation):
    late = []

    def meanwhile(_count):
        if late:
            return
        three[0].write({"cleared": three[0].add_revision(text="Edited", title="", actor=None)})
        three[1].withdraw()
        late.append(submission(consultation, "Late"))
        relay_batch()  # into the old index: the database now believes that these are indexed
        three[2].add_revision(text="Not relayed", title="", actor=None)

    rebuild_indices(meanwhile)

    assert verify_index(open_index()) == DriftReport(checked=4)
    assert {one.pk: one.version for one in [*three, *late]} == get_engine().versions()


def test_a_failed_rebuild_leaves_the_old_index(three):
    def breaks(_count):
        raise SearchUnavailable("the disk is full")

    with pytest.raises(SearchUnavailable):
        rebuild_indices(breaks)

    assert verify_index(open_index()) == DriftReport(checked=3)
    assert len(list(get_engine().path.parent.glob("*.g-*[!ml]"))) == 1


def test_rebuild_replaces_a_damaged_file(three):
    get_engine().path.resolve().write_bytes(b"damage" * 1000)
    get_engine().close()

    with pytest.raises(CommandError, match="search_rebuild"):
        call_command("search_verify", verbosity=0)
    call_command("search_rebuild", verbosity=0)

    assert verify_index(open_index()) == DriftReport(checked=3)

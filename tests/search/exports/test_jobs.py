from array import array
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import Permission

from moderation.models import Erasure
from portal.jobs import worker
from portal.jobs.models import JOB_MAX_TRIES, JobTaken
from portal.jobs.runner import run_claimed
from portal.models import AuditEntry
from search.engines.configured import get_engine
from search.exports import jobs, storage
from search.exports.jobs import delete_expired_files, run_exports
from search.index.relay import relay_batch
from search.models import Export
from tests.factories import export_of
from tests.jobs import fall_silent
from tests.search.submissions import submission

State = Export.State


@pytest.fixture
def seen(consultation):
    """Three submissions that are in the index."""
    return [submission(consultation, f"Bus {n}") for n in range(3)]


def files(settings):
    return sorted(path.name for path in Path(settings.EXPORTS_ROOT).iterdir())


def test_a_job_is_claimed_once(officer, seen):
    waiting = export_of(officer, work=False)
    first, second = Export.objects.get(pk=waiting.pk), Export.objects.get(pk=waiting.pk)

    assert [first.claim(), second.claim()] == [True, False]
    assert Export.objects.claim_next() is None
    with pytest.raises(JobTaken):
        second.report_progress(written=1)


def test_a_finished_job_says_what_it_made(officer, seen, settings):
    export = export_of(officer, "jsonl", "q=bus")

    data = storage.export_path(export).read_bytes()
    assert (export.state, export.matched, export.written, export.left_out) == (State.DONE, 3, 3, 0)
    assert (export.sentence, export.scope) == ("Submissions that contain “bus”.", ["public", "restricted"])
    assert (export.size, export.file_name.endswith(f"-{export.pk}.zip")) == (len(data), True)
    assert export.expires_at - export.finished_at == timedelta(days=7)
    assert storage.export_path(export).stat().st_mode & 0o777 == 0o600
    assert [storage.file_contains(export, one.pk) for one in seen] == [True] * 3
    assert not storage.file_contains(export, max(one.pk for one in seen) + 1)
    assert files(settings) == [f"{export.stored_as}.data", f"{export.stored_as}.list"]


def test_the_ledger_is_told_when_the_file_is_there(officer, seen):
    waiting = export_of(officer, work=False)
    assert not AuditEntry.objects.filter(action="submissions.exported").exists()

    run_exports()

    entry = AuditEntry.objects.get(action="submissions.exported")
    assert (entry.by, entry.subject_id) == (officer.pk, str(waiting.pk))
    assert entry.facts == {"format": "csv", "count": 3, "sealed": False}


def test_a_cancelled_job_is_not_begun(officer, seen, settings):
    export = export_of(officer, work=False)

    assert export.cancel()
    assert run_exports() == 0
    export.refresh_from_db()
    assert (export.state, export.cancel()) == (State.CANCELLED, False)


def test_a_job_cancelled_midway_leaves_no_file(officer, consultation, settings, monkeypatch):
    for n in range(5):
        submission(consultation, f"Bus {n}")
    monkeypatch.setattr("search.exports.contents.ROWS_PER_QUERY", 2)
    monkeypatch.setattr("portal.jobs.models.HEARTBEAT_SECONDS", 0)
    waiting = export_of(officer, "jsonl", work=False)
    notes, report_progress = [], Export.report_progress

    def noted(export, **figures):
        notes.append(figures)
        if figures.get("written") == 2:
            Export.objects.get(pk=waiting.pk).cancel()
        report_progress(export, **figures)

    monkeypatch.setattr(Export, "report_progress", noted)
    run_exports()

    waiting.refresh_from_db()
    assert (waiting.state, notes[-1]) == (State.CANCELLED, {"written": 2})
    assert files(settings) == []
    assert not AuditEntry.objects.filter(action="submissions.exported").exists()


def test_a_killed_worker_is_noticed_and_the_job_done_again(officer, seen, settings):
    export_of(officer, work=False)
    killed = Export.objects.claim_next()
    storage.export_path(killed).parent.mkdir()
    storage.export_path(killed, storage.PARTIAL_SUFFIX).write_bytes(b"half a file")
    assert run_exports() == 0

    fall_silent(Export)
    assert run_exports() == 1
    delete_expired_files()

    again = Export.objects.get()
    assert (again.state, again.tries, again.written) == (State.DONE, 2, 3)
    assert files(settings) == [f"{again.stored_as}.data", f"{again.stored_as}.list"]
    with pytest.raises(JobTaken):
        killed.finish(written=0)


def test_a_job_that_kills_its_workers_is_given_up(officer, seen):
    export = export_of(officer, work=False)
    for _try in range(JOB_MAX_TRIES):
        Export.objects.requeue_abandoned()
        Export.objects.get().claim()
        fall_silent(Export)

    assert run_exports() == 0

    export.refresh_from_db()
    assert (export.state, "stopped in the middle" in export.problem) == (State.FAILED, True)


def test_a_worker_that_is_stopped_puts_its_job_back(officer, seen, settings, monkeypatch):
    export = export_of(officer, work=False)
    claimed = Export.objects.claim_next()
    monkeypatch.setattr(worker, "stopping", lambda: True)

    run_claimed(jobs.EXPORTS, claimed)

    export.refresh_from_db()
    assert (export.state, export.started_at, files(settings)) == (State.WAITING, None, [])


@pytest.mark.parametrize("lost", ["export_submission", "search_submission", "read_unpublished_submission"])
def test_a_permission_lost_before_it_runs_stops_it(officer, seen, lost):
    export = export_of(officer, work=False)
    officer.groups.get().permissions.remove(Permission.objects.get(codename=lost))

    run_exports()

    export.refresh_from_db()
    assert (export.state, export.problem) == (State.FAILED, "You may no longer take away what you asked for.")


def test_a_permission_won_meanwhile_adds_nothing(officer, consultation, seen):
    submission(consultation, "A held bus", status="held")
    unpublished = Permission.objects.get(codename="read_unpublished_submission")
    officer.groups.get().permissions.remove(unpublished)
    export = export_of(type(officer).objects.get(pk=officer.pk), work=False)
    officer.groups.get().permissions.add(unpublished)

    run_exports()

    export.refresh_from_db()
    assert (export.scope, export.matched, export.written) == (["public"], 3, 3)


def test_an_index_that_cannot_answer_fails_the_job_in_words(officer, seen):
    export = export_of(officer, work=False)
    get_engine().path.resolve().write_bytes(b"damage" * 1000)
    get_engine().close()

    run_exports()

    export.refresh_from_db()
    assert (export.state, export.problem) == (
        State.FAILED, "Search was not available. The texts are safe; ask again in a while.",
    )  # fmt: skip


def test_a_file_is_deleted_when_its_time_is_over(officer, seen, settings):
    export = export_of(officer)
    with time_machine.travel(export.expires_at - timedelta(minutes=1)):
        delete_expired_files()
    assert len(files(settings)) == 2

    with time_machine.travel(export.expires_at + timedelta(minutes=1)):
        delete_expired_files()

    export.refresh_from_db()
    assert (export.state, files(settings)) == (State.EXPIRED, [])


@pytest.mark.parametrize("leave", [lambda user: user.delete(), lambda user: type(user).objects.update(is_active=False)])
def test_a_file_goes_with_its_owners_account(officer, seen, settings, leave):
    export_of(officer)

    leave(officer)
    delete_expired_files()

    assert (Export.objects.get().state, files(settings)) == (State.EXPIRED, [])


def test_an_erased_text_takes_the_files_that_hold_it_along(
    officer, privacy, consultation, seen, settings, django_capture_on_commit_callbacks
):
    other = submission(consultation, "A tram")
    with_it, without_it = export_of(officer, "jsonl", "q=bus"), export_of(officer, "jsonl", "q=tram")

    with django_capture_on_commit_callbacks(execute=True):
        Erasure.at_once(seen[1], actor=privacy, reason="Asked for.")

    with_it.refresh_from_db(), without_it.refresh_from_db()
    assert (with_it.state, without_it.state) == (State.EXPIRED, State.DONE)
    assert (storage.export_path(with_it).exists(), storage.file_contains(without_it, other.pk)) == (False, True)


def test_a_text_erased_while_a_file_is_written_is_not_in_it(officer, privacy, seen, monkeypatch):
    export_of(officer, "jsonl", work=False)
    running = Export.objects.claim_next()
    Erasure.at_once(seen[1], actor=privacy, reason="Asked for.")

    with pytest.raises(JobTaken):
        running.finish(written=3)
    run_exports()

    again = Export.objects.get()
    assert (again.state, again.written, storage.file_contains(again, seen[1].pk)) == (State.DONE, 2, False)


def test_a_text_erased_just_before_the_claim_is_noticed_at_the_end(officer, privacy, seen):
    Erasure.at_once(seen[1], actor=privacy, reason="Asked for.")
    export_of(officer, work=False)
    running = Export.objects.claim_next()

    contents = storage.FileContents()
    for one in seen:
        contents.add(one.pk, one.current_id, True)
    with pytest.raises(jobs.TextErasedMeanwhile):  # as if its text had been read before the erasure was committed
        jobs.finish_export(running, contents, {})


def test_the_manifest_counts_what_was_left_out(officer, seen, monkeypatch):
    relay_batch()
    seen[0].withdraw()
    monkeypatch.setattr("search.engines.fts5.Fts5Engine.embedded", False)  # as with an index that a worker feeds

    export = export_of(officer, "jsonl")

    assert (export.matched, export.written, export.left_out, export.index_behind_by) == (3, 2, 1, 1)


def test_the_same_seed_draws_the_same_sample():
    from search.exports.report import draw_sample

    ids = array("q", range(1, 1001))
    assert draw_sample(ids, 7, 5) == draw_sample(array("q", reversed(ids)), 7, 5)
    assert draw_sample(ids, 7, 5) != draw_sample(ids, 8, 5)
    assert (draw_sample(array("q"), 7), len(draw_sample(array("q", [4, 2]), 7))) == ([], 2)

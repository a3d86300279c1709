"""Imports as jobs: run by the worker, resumed by the next one, and forgotten in time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consultations.intake.mapping import mapping_document
from consultations.models import Submission, SubmissionImport
from moderation.review import import_job
from moderation.review.import_job import IMPORT_JOBS, delete_old_imports, run_imports
from moderation.review.import_tally import ImportTally
from portal.jobs.models import JobTaken
from portal.jobs.runner import run_claimed
from tests.jobs import fall_silent

pytestmark = pytest.mark.django_db
HEADINGS = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"


def csv_of(texts):
    rows = [f"1542406176584,x,{number},{number},1,0,1,{text}\n" for number, text in enumerate(texts)]
    return (HEADINGS + "".join(rows)).encode()


def import_of(consultation, texts, **fields):
    fields = {"mapping": mapping_document("polis"), "file_name": "buses.csv"} | fields
    return SubmissionImport.objects.create(consultation=consultation, content=csv_of(texts), **fields)


def result(job):
    job.refresh_from_db()
    return job.state, job.done, job.total, next(ImportTally.from_dict(job.result).lines())


def test_worker_takes_a_file_in_and_keeps_the_result_but_not_the_file(consultation, editor):
    job = import_of(consultation, ["One.", "", "Three."], asked_by=editor, skip_errors=True)

    assert run_imports() == 1

    assert result(job) == ("done", 3, 3, "2 taken in, 0 here already, 1 with errors")
    assert job.errors == [[3, "the text is empty"]]
    assert bytes(job.content) == b""
    assert list(Submission.objects.order_by("id").values_list("source", "source_id")) == [
        ("polis/buses", "0"),
        ("polis/buses", "2"),
    ]


def test_a_file_with_errors_is_refused_with_all_of_them(consultation):
    job = import_of(consultation, ["One.", "", "Three."])
    run_imports()

    assert result(job) == ("failed", 0, 3, "0 taken in, 0 here already, 1 with errors")
    assert (job.errors, job.problem) == (
        [[3, "the text is empty"]],
        "1 of 3 rows cannot be taken in, so nothing was stored.",
    )
    assert not Submission.objects.exists()


def test_dry_run_counts_and_keeps_nothing(consultation):
    job = import_of(consultation, ["One.", "Two."], dry_run=True)
    run_imports()

    assert result(job) == ("done", 2, 2, "2 taken in, 0 here already, 0 with errors")
    assert not Submission.objects.exists()


def test_next_worker_goes_on_where_a_killed_one_stopped(consultation, monkeypatch):
    monkeypatch.setattr(import_job, "IMPORT_BATCH", 2)
    job = import_of(consultation, [f"Text {number}." for number in range(5)])
    first, taken = SubmissionImport.objects.claim_next(), import_job.import_batch

    def killed(*arguments):
        taken(*arguments)
        raise SystemExit  # as by a signal: nothing of the runner's is done any more

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(import_job, "import_batch", killed)
        run_claimed(IMPORT_JOBS, first)
    assert (Submission.objects.count(), SubmissionImport.objects.get().done) == (2, 2)
    fall_silent(SubmissionImport)
    run_imports()

    assert result(job) == ("done", 5, 5, "5 taken in, 0 here already, 0 with errors")
    assert Submission.objects.count() == 5


def test_worker_that_was_taken_for_dead_keeps_no_row(consultation):
    import_of(consultation, ["One."])
    dead = SubmissionImport.objects.claim_next()
    fall_silent(SubmissionImport)
    SubmissionImport.objects.requeue_abandoned()
    SubmissionImport.objects.claim_next()

    with import_job.open_importer(dead) as importer, pytest.raises(JobTaken):
        import_job.import_batch(dead, importer, list(importer.arrivals()), ImportTally())
    assert not Submission.objects.exists()


def test_file_that_cannot_be_read_fails_in_words(consultation):
    job = import_of(consultation, [], mapping=mapping_document("spreadsheet"))
    run_imports()

    job.refresh_from_db()
    assert job.state == "failed"
    assert job.problem.startswith("buses.csv has no column")
    assert bytes(job.content) == b""


def test_tally_comes_back_from_json_as_it_was(consultation):
    job = import_of(consultation, ["One.", "Ring me on 0491 570 006."])
    run_imports()
    job.refresh_from_db()

    tally = ImportTally.from_dict(job.result)
    assert tally.held_by == {("personal-information", "phone-number"): 1}
    assert ImportTally.from_dict(tally.as_dict()).as_dict() == tally.as_dict()


def test_imports_are_deleted_after_a_month(consultation):
    old, recent = (import_of(consultation, ["One."], file_name=name) for name in ("old.csv", "recent.csv"))
    run_imports()
    SubmissionImport.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=31))

    delete_old_imports()

    assert list(SubmissionImport.objects.all()) == [recent]

"""Imports as jobs: the worker or a command imports a file of submissions."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from consultations.intake.importer import Arrival, Importer, MappingError, read_mapping, read_rows
from consultations.models import SubmissionImport
from moderation.review.imported_decisions import ImportTally, apply_verdict
from portal.jobs.models import Heartbeat
from portal.jobs.runner import JobKind, run_pending

IMPORT_BATCH = 100  # rows per transaction: short enough not to block citizens who submit


def run_import(job: SubmissionImport, heart: Heartbeat) -> None:
    """Import the rows of a claimed job, from the first one that is not counted yet."""
    tally = ImportTally.from_dict(job.result)
    with open_importer(job) as importer:
        total = sum(1 for _row in read_rows(importer.path))
        heart.beat(now=True, total=total)
        arrivals = islice(importer.arrivals(), job.done, None)
        while batch := list(islice(arrivals, IMPORT_BATCH)):
            import_batch(job, importer, batch, tally)
            heart.beat()
    heart.beat(now=True)
    job.finish()


@contextmanager
def open_importer(job: SubmissionImport) -> Iterator[Importer]:
    """Yield an importer of the job's file; raise MappingError for an invalid mapping."""
    mapping = read_mapping(job.mapping)
    with TemporaryDirectory() as folder:
        path = Path(folder, job.file_name)
        path.write_bytes(job.content)
        yield Importer(path, consultation=job.consultation, mapping=mapping, by=job.asked_by)


def import_batch(job, importer, batch, tally):
    """Import rows in one transaction, unless the claim was replaced; a dry run stores only the counts."""
    with transaction.atomic():
        for arrival in batch:
            import_row(job, importer, arrival, tally)
        progress = {"done": job.done + len(batch), "result": tally.as_dict()}
        if job.dry_run:
            transaction.set_rollback(True)
        else:
            job.report_progress(**progress)  # in this transaction: rows and count are kept together or not at all
    if job.dry_run:
        job.report_progress(**progress)


def import_row(job, importer, arrival, tally):
    """Import one row or count its error."""
    if not isinstance(arrival, Arrival):
        tally.add_error(*arrival)
        return
    submission = importer.take_in(arrival)
    if submission is None:
        tally.already += 1
        return
    tally.add(submission)
    if job.apply_verdicts:
        tally.applied += apply_verdict(submission)


IMPORT_JOBS = JobKind(SubmissionImport, run_import, expected_errors={MappingError: "%s"})


def run_imports() -> int:
    """Run the waiting imports; return how many were run."""
    return run_pending(IMPORT_JOBS)


def delete_old_imports() -> None:
    """Delete imports that ended a month ago."""
    SubmissionImport.objects.outdated().delete()

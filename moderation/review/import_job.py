"""Imports as jobs: the worker or a command imports a file of submissions."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction
from django.utils.translation import ngettext

from consultations.intake.cells import day_of
from consultations.intake.importer import Arrival, Importer, check_dates
from consultations.intake.mapping import read_mapping
from consultations.intake.problems import MappingError, UnreadableFile
from consultations.models import SubmissionImport
from moderation.review.import_tally import ImportTally
from moderation.review.imported_decisions import apply_verdict
from portal.jobs.models import Heartbeat
from portal.jobs.runner import JobKind, run_pending

IMPORT_BATCH = 100  # rows per transaction: short enough not to block citizens who submit
ROWS_BETWEEN_BEATS = 500
MONTHS_IN_YEAR = 12


def run_import(job: SubmissionImport, heart: Heartbeat) -> None:
    """Import the rows of a claimed job, starting at the first row that is not counted as done.

    A first pass checks all rows; if one has an error, nothing is stored unless the job skips errors.
    """
    with open_importer(job) as importer:
        if not job.total:  # a killed worker had finished the first pass
            look_at_rows(job, importer, heart)
        if job.errors and not (job.skip_errors or job.dry_run):
            job.fail(refusal(job))
            return
        tally = ImportTally.from_dict(job.result)
        heart.beat(now=True)
        arrivals = islice(importer.arrivals(), job.done, None)
        while batch := list(islice(arrivals, IMPORT_BATCH)):
            import_batch(job, importer, batch, tally)
            heart.beat()
    heart.beat(now=True)
    job.finish()


@contextmanager
def open_importer(job: SubmissionImport) -> Iterator[Importer]:
    """Yield an importer of the job's file; raise MappingError or UnreadableFile if it cannot work."""
    mapping = read_mapping(job.mapping)
    with TemporaryDirectory() as folder:
        path = Path(folder, job.file_name)
        path.write_bytes(job.content)
        yield Importer(path, job.consultation, mapping, actor=job.asked_by, publish=job.publish)


def look_at_rows(job, importer, heart):
    """Check all rows: count them, collect every error and notice; raise MappingError for an implausible mapping."""
    tally, errors, dates, examples, total = ImportTally(), [], Counter(), {}, 0
    table, own = importer.table, job.consultation.locale.language_code[:2]
    tally.file = {"described": table.described, "row_name": table.row_name, "notes": importer.notes}
    tally.file["notes"] += filter(None, [importer.note_about_sources()])
    for total, arrival in enumerate(importer.arrivals(), start=1):
        if isinstance(arrival, Arrival):
            tally.look_at(arrival, own)
            at = arrival.fields["received_at"]
            dates["read"] += at is not None
            dates["after the twelfth"] += at is not None and day_of(at).day > MONTHS_IN_YEAR
            for note in arrival.notes:
                dates[note.kind] += 1
                examples.setdefault(note.kind, note.said)
        else:
            errors.append(arrival)
        if total % ROWS_BETWEEN_BEATS == 0:
            heart.beat()
    if not total:
        raise UnreadableFile(f"{job.file_name} has headings and no rows. Read as {table.described}.")
    check_dates(dates, examples, importer.mapping)
    tally.error_count = len(errors)
    tally.samples = tally.samples if job.dry_run else []  # what people wrote is kept no longer than it is of use
    job.report_progress(total=total, errors=errors, result=tally.as_dict())


def refusal(job):
    """Return the sentence why a file with errors was not imported."""
    count = len(job.errors)
    said = ngettext(
        "%(count)d of %(total)d rows cannot be taken in, so nothing was stored.",
        "%(count)d of %(total)d rows cannot be taken in, so nothing was stored.",
        count,
    )
    return said % {"count": count, "total": job.total}


def import_batch(job, importer, batch, tally):
    """Import rows in one transaction, unless the claim was replaced; a dry run stores only the counts."""
    with transaction.atomic():
        rows = [arrival for arrival in batch if isinstance(arrival, Arrival)]  # earlier rows are done
        taken = [submission for row in rows if (submission := importer.take_in(row))]
        tally.already += len(rows) - len(taken)
        tally.add(taken)
        # applies refusals of the source
        decided = taken if job.apply_verdicts else [each for each in taken if each.source_verdict == "refused"]
        tally.applied += sum(apply_verdict(submission) for submission in decided)
        progress = {"done": job.done + len(batch), "result": tally.as_dict()}
        if job.dry_run:
            transaction.set_rollback(True)
        else:
            job.report_progress(**progress)  # rows and count are committed together
    if job.dry_run:
        job.report_progress(**progress)


IMPORT_JOBS = JobKind(SubmissionImport, run_import, expected_errors={MappingError: "%s", UnreadableFile: "%s"})


def run_imports() -> int:
    """Run the waiting imports; return how many."""
    return run_pending(IMPORT_JOBS)


def delete_old_imports() -> None:
    """Delete imports that ended a month ago."""
    SubmissionImport.objects.outdated().delete()

"""Measure the job of an export of 100,000 submissions in each format, from the claim to the ledger's entry.

Usage: python bench/exports.py [ROWS]. Makes a database and an index of its own in a temporary folder. Each format runs
in a process of its own, so that its peak memory is its own; the floor is a plain cursor over the same rows and texts.
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db.models import F

ROOT = Path(__file__).resolve().parent.parent
PREPARE, FLOOR = "prepare", "plain cursor"
TEXT = "The night bus has to wait for the late shift, number {}: " + "people walk home through the rain. " * 28


def environment(folder):
    """Point the project at a database and an index in the folder."""
    return {
        "SECRET_KEY": "only-for-measuring-" + "x" * 50,
        "SITE_URL": "http://127.0.0.1",
        "DATABASE_URL": f"sqlite:///{folder}/database.sqlite3",
        "SEARCH_URL": f"fts5:///{folder}/search.sqlite3",
        "VAR_DIR": folder,
        "STATIC_FROM_SOURCE": "true",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }


def set_up():
    """Load Django."""
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()


def fill(count):
    """Store published submissions of about 1,100 characters."""
    from consultations.models import Revision, Status, Submission

    for start in range(1, count + 1, 5000):
        ids = range(start, min(start + 5000, count + 1))
        Submission.objects.bulk_create(
            Submission(pk=n, kind="comment", language="en", status=Status.PUBLISHED) for n in ids
        )
        Revision.objects.bulk_create(Revision(pk=n, submission_id=n, number=1, text=TEXT.format(n)) for n in ids)
        Submission.objects.filter(pk__in=ids).update(current_id=F("pk"), cleared_id=F("pk"))
        print(f"\r{ids[-1]:,} of {count:,} submissions", end="", file=sys.stderr)
    print(file=sys.stderr)


def prepare(count):
    """Fill the database and the index, and make the officer who asks."""
    from portal.models import User
    from search.rebuild import rebuild

    fill(count)
    User.objects.create_superuser(email="officer@example.org", password=None)
    rebuild()


def walk():
    """Read every row and its text with a plain cursor; return how many bytes of text went by."""
    from django.db import connection

    question = (
        "SELECT s.*, r.number, r.title, r.text FROM consultations_submission s"
        " JOIN consultations_revision r ON r.id = s.cleared_id ORDER BY s.received_at DESC, s.id DESC"
    )
    with connection.cursor() as cursor:
        cursor.execute(question)
        return sum(len(row[-1]) for row in cursor)


def job(ending):
    """Ask for everything, and make it as the worker does; return the size of the file."""
    from django.http import QueryDict

    from portal.models import User
    from search import jobs
    from search.query import Query

    export = jobs.ask(User.objects.get(), QueryDict(""), Query(), ending)
    jobs.work_off()
    export.refresh_from_db()
    assert export.state == "done", export.problem
    return export.size


def measure(what):
    """Do one thing once; print seconds, bytes and the peak of memory before and after."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    clock, process = time.perf_counter(), time.process_time()
    size = walk() if what == FLOOR else job(what)
    print(json.dumps({
        "what": what, "seconds": round(time.perf_counter() - clock, 1),
        "cpu": round(time.process_time() - process, 1), "mb": round(size / 1e6, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), "started_mb": round(before),
    }), flush=True)  # fmt: skip


def main(count):
    """Make the database, then export in one process after the other."""
    with TemporaryDirectory() as folder:
        surroundings = os.environ | environment(folder)
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=surroundings, check=True)
        for command in (PREPARE, FLOOR, "csv", "xlsx", "jsonl", "parquet", "pdf"):
            program = [sys.executable, __file__, str(count), command]
            subprocess.run(program, cwd=ROOT, env=surroundings, check=True)


if __name__ == "__main__":
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    if len(sys.argv) < 3:
        main(rows)
    else:
        set_up()
        prepare(rows) if sys.argv[2] == PREPARE else measure(sys.argv[2])

"""Measure the job of an export of 100,000 submissions in each format, from the claim to the ledger's entry.

Usage: python -m bench.exports [ROWS]. Makes a database and an index of its own in a temporary folder, with the texts of
`bench.desk`. Each format runs in a process of its own, so that its peak memory is its own; what a worker loads on first
use is there before the clock starts. The floor is a plain cursor over the same rows and texts.
"""

import json
import os
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from django.db.models import F

ROOT = Path(__file__).resolve().parent.parent
PREPARE, FLOOR = "prepare", "plain cursor"
FORMATS = ("csv", "xlsx", "jsonl", "parquet", "pdf")
EVERY = (FLOOR, *FORMATS, FLOOR)


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
    import django

    django.setup()


def fill(count, after=0):
    """Store published submissions with the texts of the documents of `bench.desk`, those that come after some."""
    from bench.desk import documents, vocabulary
    from consultations.models import Revision, Status, Submission

    made = islice(documents(count, vocabulary(chance := Random(12)), chance), after, None)
    done = after
    while batch := list(islice(made, 5000)):
        Submission.objects.bulk_create(
            Submission(pk=one.id, reference=f"{one.id:09d}", kind=one.kind, language=one.language, channel=one.channel,
                       received_at=one.received_at, status=Status.PUBLISHED) for one in batch
        )  # fmt: skip
        Revision.objects.bulk_create(
            Revision(pk=one.id, submission_id=one.id, number=1, text=one.text) for one in batch
        )
        Submission.objects.filter(pk__in=[one.id for one in batch]).update(current_id=F("pk"), cleared_id=F("pk"))
        done += len(batch)
        print(f"\r{done:,} of {count:,} submissions", end="", file=sys.stderr)
    print(file=sys.stderr)


def prepare(count):
    """Fill the database and the index, and make the officer who asks."""
    from search.index.rebuild import rebuild_indices

    fill(count)
    make_officer()
    rebuild_indices()


def make_officer():
    """Make the one who asks for exports."""
    from portal.models import User

    User.objects.create_superuser(email="officer@example.org", password=None)


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


def asked(ending, words=""):
    """Ask for an export as an officer does at the desk."""
    from django.http import QueryDict

    from portal.models import User
    from search.exports import jobs
    from search.language.query import Query

    return jobs.request_export(User.objects.get(), QueryDict(f"q={words}"), Query(text=words), ending)


def made(export):
    """Make it as the worker does; return the size of the file."""
    from search.exports import jobs

    jobs.run_exports()
    export.refresh_from_db()
    assert export.state == "done", export.problem
    return export.size


def measure(what):
    """Do one thing once; print seconds, bytes, and the memory before and at its peak."""
    if what != FLOOR:
        made(asked(what, "nothing-is-found"))
        export = asked(what)
    forget_peak()
    before = memory_mb("VmRSS")
    clock, process = time.perf_counter(), time.process_time()
    size = walk() if what == FLOOR else made(export)
    print(json.dumps({
        "what": what, "seconds": round(time.perf_counter() - clock, 1), "cpu": round(time.process_time() - process, 1),
        "mb": round(size / 1e6, 1), "peak_mb": memory_mb("VmHWM"), "started_mb": before,
    }), flush=True)  # fmt: skip


def forget_peak():
    """Have Linux measure the peak of this process from here on."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def memory_mb(name):
    """Return a figure of this process's memory: VmRSS is what it holds, VmHWM the most it held."""
    (line,) = (each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith(f"{name}:"))
    return round(int(line.split()[1]) / 1024)


def measure_all(count):
    """Make the database, then export in one process after the other."""
    with TemporaryDirectory(prefix="parley-bench-") as folder:
        surroundings = os.environ | environment(folder)
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=surroundings, check=True)
        in_processes(count, (PREPARE, *EVERY), surroundings)


def in_processes(count, commands, surroundings):
    """Do each in a process of its own, with a site that the environment names."""
    for command in commands:
        program = [sys.executable, "-m", "bench.exports", str(count), command]
        subprocess.run(program, cwd=ROOT, env=surroundings, check=True)


if __name__ == "__main__":
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    if len(sys.argv) < 3:
        measure_all(rows)
    else:
        set_up()
        prepare(rows) if sys.argv[2] == PREPARE else measure(sys.argv[2])

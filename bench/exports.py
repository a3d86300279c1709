"""Measure the export of 100,000 submissions to each format, from the database to the last byte of the ZIP.

Usage: python bench/exports.py [ROWS]. Makes a database of its own in a temporary folder. Each format runs in a
process of its own, so that its peak memory is its own.
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


def measure(ending, count):
    """Export everything once; print seconds, bytes and the peak of memory before and after."""
    from search.exports import export
    from search.query import Query

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    clock, process, size = time.perf_counter(), time.process_time(), 0
    for chunk in export(ending, ("public",), Query(must={}), list(range(1, count + 1)), {}):
        size += len(chunk)
    print(json.dumps({
        "format": ending, "seconds": round(time.perf_counter() - clock, 1),
        "cpu": round(time.process_time() - process, 1), "zip_mb": round(size / 1e6, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), "started_mb": round(before),
    }))  # fmt: skip


def main(count):
    """Make the database, then export in one process after the other."""
    with TemporaryDirectory() as folder:
        surroundings = os.environ | environment(folder)
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=surroundings, check=True)
        for command in (["fill"], ["csv"], ["xlsx"], ["jsonl"]):
            program = [sys.executable, __file__, str(count), *command]
            subprocess.run(program, cwd=ROOT, env=surroundings, check=True)


if __name__ == "__main__":
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    if len(sys.argv) < 3:
        main(rows)
    else:
        set_up()
        fill(rows) if sys.argv[2] == "fill" else measure(sys.argv[2], rows)

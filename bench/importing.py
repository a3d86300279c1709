"""Measure an import as CSV and as XLSX: looking at every row, and taking rows in, each in a process of its own.

Usage: python -m bench.importing [ROWS] [ROWS TAKEN IN]. The texts are those of `bench.desk`, 60 to 200 words each. The
floor of looking is Python's own reader of CSV, which only splits the rows. Makes a database in a temporary folder.
"""

import csv
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bench.exports import ROOT, environment, forget_peak, memory_mb, set_up

PREPARE, FLOOR = "prepare", "csv.reader"
ENDINGS = ("csv", "xlsx")
HEADINGS = ("Reference", "Text", "Received", "Channel", "Name", "E-mail", "Decision")


def rows(count):
    """Yield the rows of a spreadsheet of letters."""
    from bench.desk import documents, vocabulary

    for one in documents(count, vocabulary(chance := Random(12)), chance):
        yield one.id, one.text, f"{one.received_at:%d/%m/%Y}", "Letter", f"Robin {one.id}", f"{one.id}@example.org", ""


def prepare(count, taken):
    """Write the files, the whole and the part that is taken in, and make a consultation."""
    import openpyxl

    for name, number in (("all", count), ("part", taken)):
        with Path(folder(), f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([HEADINGS, *rows(number)])
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Letters")
        for row in (HEADINGS, *rows(number)):
            sheet.append(row)
        book.save(Path(folder(), f"{name}.xlsx"))
    from tests.factories import ConsultationFactory

    ConsultationFactory(slug="letters")


def folder():
    """Return where the files are."""
    return os.environ["VAR_DIR"]


def split(path):
    """Split the rows of a CSV, and do nothing with them."""
    with path.open(newline="", encoding="utf-8") as file:
        return sum(1 for _row in csv.reader(file)) - 1


def look(path):
    """Look at every row as the first half of an import does."""
    from consultations.intake.importer import Importer
    from consultations.intake.mapping import load_mapping
    from consultations.models import ConsultationPage

    importer = Importer(path, ConsultationPage.objects.get(), load_mapping("spreadsheet"))
    return sum(1 for _arrival in importer.arrivals())


def take_in(path):
    """Import a file as the command does."""
    from consultations.intake.mapping import mapping_document
    from consultations.models import ConsultationPage
    from moderation.review.import_job import IMPORT_JOBS
    from portal.jobs.runner import run_here

    made = {"consultation": ConsultationPage.objects.get(), "file_name": path.name, "content": path.read_bytes()}
    job = run_here(IMPORT_JOBS, mapping=mapping_document("spreadsheet") | {"source": path.name}, **made)
    assert job.state == "done", job.problem
    return job.done


def measure(what, ending):
    """Do one thing once; print rows, seconds on the clock and of the processor, and the most memory."""
    work, name = {FLOOR: (split, "all"), "look": (look, "all"), "take in": (take_in, "part")}[what]
    forget_peak()
    before, clock, process = memory_mb("VmRSS"), time.perf_counter(), time.process_time()
    count = work(Path(folder(), f"{name}.{ending}"))
    seconds, cpu = time.perf_counter() - clock, time.process_time() - process
    print(json.dumps({
        "what": f"{what} ({ending})", "rows": count, "seconds": round(seconds, 1), "cpu": round(cpu, 1),
        "rows_a_cpu_second": round(count / cpu), "peak_mb": memory_mb("VmHWM"), "started_mb": before,
    }), flush=True)  # fmt: skip


def measure_all(count, taken):
    """Prepare, then measure in one process after the other."""
    works = [(PREPARE, ""), (FLOOR, "csv"), *((what, ending) for what in ("look", "take in") for ending in ENDINGS)]
    with TemporaryDirectory(prefix="parley-bench-") as var:
        surroundings = os.environ | environment(var)
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=surroundings, check=True)
        for work in works:
            program = [sys.executable, "-m", "bench.importing", str(count), str(taken), *work]
            subprocess.run(program, cwd=ROOT, env=surroundings, check=True)


if __name__ == "__main__":
    row_count, taken_count = (int(each) for each in (sys.argv[1:3] + ["50000", "2000"][len(sys.argv[1:3]) :]))
    if len(sys.argv) < 4:
        measure_all(row_count, taken_count)
    else:
        set_up()
        prepare(row_count, taken_count) if sys.argv[3] == PREPARE else measure(sys.argv[3], sys.argv[4])

"""Each fault of `make chaos-web` once, while people send texts: on SQLite, or on a PostgreSQL of its own."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from django.conf import settings

from bench.chaos_web import is_bad
from ops.processes import run
from tests.conftest import ON_CI

ON_SQLITE = "sqlite" in settings.DATABASES["default"]["ENGINE"]
CALM = {
    "lost": 0,
    "doubled": 0,
    "given up by their authors": 0,
    "unscreened": 0,
    "letters taken twice": 0,
    "faults in the ledger": 0,
    "answers": {"302": 9, "503, words kept": 3},
    "readiness while the disk was full": {"503": 4, "200": 1},
    "forms that failed then": 9,
}


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_and_nothing_is_doubled():
    pytest.importorskip("gunicorn")
    if not ON_SQLITE and not list(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        missing = "PostgreSQL is not installed: apt install postgresql"
        pytest.fail(missing) if ON_CI else pytest.skip(missing)

    said = run([sys.executable, "-m", "bench.chaos_web", "--seconds", "1", *(["--sqlite"] if ON_SQLITE else [])])

    report = json.loads(said)
    assert (report["lost"], report["doubled"], report["letters taken twice"]) == (0, 0, 0)
    assert report["acknowledged"] > 0
    assert set(report["faults"].values()) == {1}
    assert bool(shutil.which("cc")) == ("clock set back" in report["faults"])


@pytest.mark.parametrize(
    "change",
    [
        {"lost": 1},
        {"doubled": 1},
        {"letters taken twice": 1},
        {"answers": {"503, WORDS LOST": 1}},
        {"answers": {"500, NO PAGE": 1}},
        {"readiness while the disk was full": {"200": 5}},
    ],
)
def test_what_must_not_happen_is_bad(change):
    assert not is_bad(CALM)
    assert is_bad(CALM | change)

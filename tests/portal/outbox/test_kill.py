import json
import os
import subprocess
import sys

import pytest

from tests import database

pytestmark = [pytest.mark.own_database, pytest.mark.slow]
PROGRAM = [sys.executable, "-m", "tests.portal.outbox.under_fire"]


@pytest.fixture
def place(tmp_path):
    """The environment of a database that only the program uses."""
    path = tmp_path / "database.sqlite3"
    database.copy_migrated_sqlite(path)
    return os.environ | {"DATABASE_URL": f"sqlite:///{path}", "SEARCH_URL": f"fts5:///{tmp_path}/search.sqlite3"}


def test_no_message_is_lost_or_doubled_when_workers_are_killed(place):
    command = [*PROGRAM, "--messages", "100", "--kills", "6", "--away", "1"]
    done = subprocess.run(command, cwd=database.ROOT, env=place, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    states = found["states"]
    assert states["sent"] + states["refused"] + states.get("unknown", 0) == 100
    assert {name: found[name] for name in ("killed", "messages", "lost", "doubled", "taken untold")} == {
        "killed": 6,
        "messages": 100,
        "lost": 0,
        "doubled": 0,
        "taken untold": 0,
    }
    assert found["refused as planned"]

import json
import os
import signal
import subprocess
import sys

import pytest

from tests import database

pytestmark = [pytest.mark.own_database, pytest.mark.slow]
PROGRAM = [sys.executable, "-m", "tests.search.relay_under_fire"]


@pytest.fixture
def place(tmp_path):
    """A database and an index that only the program uses."""
    path = tmp_path / "database.sqlite3"
    database.copy_migrated_sqlite(path)
    return os.environ | {"DATABASE_URL": f"sqlite:///{path}", "SEARCH_URL": f"fts5:///{tmp_path}/search.sqlite3"}


def test_nothing_is_lost_when_the_relay_is_killed_again_and_again(place):
    done = subprocess.run(PROGRAM, cwd=database.ROOT, env=place, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found.pop("killed") > 0
    assert found == {"checked": 400, "lag": 0, "drift": []}


def test_a_watching_relay_stops_when_told(place):
    command = [sys.executable, "manage.py", "relay", "--watch", "--settings", "tests.settings"]
    with subprocess.Popen(command, env=place, cwd=database.ROOT, stdout=subprocess.PIPE, text=True) as relay:
        said = relay.stdout.readline()
        relay.send_signal(signal.SIGTERM)

    assert (said, relay.returncode) == ("Watching for changes.\n", 0)

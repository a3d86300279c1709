import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

PROGRAM = Path(__file__).with_name("relay_under_fire.py")


@pytest.fixture
def place(tmp_path, django_db_setup, django_db_blocker):
    """A database and an index that only the program uses."""
    database = tmp_path / "database.sqlite3"
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{database}",
        "SEARCH_URL": f"fts5:///{tmp_path}/search.sqlite3",
    }
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            with (
                closing(sqlite3.connect(connection.settings_dict["NAME"])) as ours,
                closing(sqlite3.connect(database)) as its,
            ):
                ours.backup(its)
            return environment
    command = [sys.executable, "manage.py", "migrate", "--settings", "tests.settings", "--verbosity", "0"]
    subprocess.run(command, env=environment, cwd=PROGRAM.parents[2], check=True)
    return environment


def test_nothing_is_lost_when_the_relay_is_killed_again_and_again(place):
    done = subprocess.run([sys.executable, PROGRAM], env=place, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found.pop("killed") > 0
    assert found == {"checked": 400, "lag": 0, "drift": []}


def test_a_watching_relay_stops_when_told(place):
    command = [sys.executable, "manage.py", "relay", "--watch", "--settings", "tests.settings"]
    with subprocess.Popen(command, env=place, cwd=PROGRAM.parents[2], stdout=subprocess.PIPE, text=True) as relay:
        said = relay.stdout.readline()
        relay.send_signal(signal.SIGTERM)

    assert (said, relay.returncode) == ("Watching for changes.\n", 0)

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

pytestmark = pytest.mark.slow
PROGRAM = Path(__file__).with_name("under_fire.py")


@pytest.fixture
def place(tmp_path, django_db_setup, django_db_blocker):
    """The environment of a database that only the program uses."""
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
    subprocess.run(command, env=environment, cwd=PROGRAM.parents[3], check=True)
    return environment


def test_no_message_is_lost_or_doubled_when_workers_are_killed(place):
    command = [sys.executable, PROGRAM, "--messages", "100", "--kills", "6", "--away", "1"]
    done = subprocess.run(command, env=place, capture_output=True, text=True, check=False)

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

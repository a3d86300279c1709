"""Jobs with several workers, each a process of its own; on the database that the tests run on."""

import json
import os
import subprocess
import sys

import pytest
from django.db import connection
from django.db.models import Count

from tests import database
from tests.toys.models import Chore, Effect

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
PROGRAM = [sys.executable, "-m", "tests.portal.jobs_under_fire"]
CHORES, ROUNDS = int(os.environ.get("JOBS_UNDER_FIRE", "300")), 30


def address_of_test_database():
    if connection.vendor == "sqlite":
        return f"sqlite:///{connection.settings_dict['NAME']}"
    before, _slash, _name = os.environ["DATABASE_URL"].partition("?")[0].rpartition("/")
    query = os.environ["DATABASE_URL"].partition("?")[2]
    return f"{before}/{connection.settings_dict['NAME']}?{query}"


def test_each_job_is_finished_once_though_workers_are_killed_and_taken_for_dead():
    environment = os.environ | {"DATABASE_URL": address_of_test_database()}
    command = [*PROGRAM, str(CHORES), str(ROUNDS)]
    done = subprocess.run(command, cwd=database.ROOT, env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    print(f"{CHORES} jobs on {connection.vendor}: {found}")  # noqa: T201  (asked for)
    assert found["killed"] >= 5
    assert found["retried"] > 0
    assert found["done_by"] > 3
    assert (found["states"], found["effects_in_all"]) == ({"done": CHORES}, CHORES)
    assert not Effect.objects.values("chore").annotate(n=Count("pk")).exclude(n=1).exists()
    assert Chore.objects.filter(done=1).count() == CHORES

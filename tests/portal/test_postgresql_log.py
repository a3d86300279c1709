# ruff: noqa: S608  (the statements are our own; they hold what is looked for)
"""PostgreSQL's own log, with the configuration of ops/postgresql: nothing of a person in it."""

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import ON_CI
from tests.portal.planted_names import ADDRESS, NAME, WORDS, planted_in

pytestmark = [pytest.mark.own_database, pytest.mark.slow]
CONFIGURATION = Path(settings.BASE_DIR) / "ops" / "postgresql" / "parley.conf"
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
QUIET = {"listen_addresses": "''", "fsync": "off", "log_min_messages": "warning"}
FAILING = (
    f"INSERT INTO people VALUES ('{ADDRESS}', '{NAME}')",  # twice: the row stands in the detail of the refusal
    f"INSERT INTO people VALUES (NULL, '{WORDS}')",  # so does this one
    f"SELECT '{WORDS}'::integer",  # the words stand in the message itself
    f"SELECT * FROM nothing WHERE words = '{WORDS}'",
    f"INSERT INTO people VALUES ('x', repeat('{NAME}', 99))",
)


def documented():
    """Return the lines about the log that the server is told."""
    return dict(re.findall(r"^(log_\w+) = ([^#\n]*?) *(?:#.*)?$", CONFIGURATION.read_text(), re.MULTILINE))


def as_database_user():
    """Return what makes subprocess start a program as somebody PostgreSQL runs as: never root."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}


@pytest.fixture(scope="module")
def cluster():
    """Return a folder with an empty database cluster, in a place that the database's user may enter."""
    if not PROGRAMS:
        reason = "PostgreSQL's programs are not in /usr/lib/postgresql"
        pytest.fail(reason) if ON_CI else pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="parley-log-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    start(folder, "initdb", f"--pgdata={folder}/data", "--username=parley", "--auth=trust", "--encoding=UTF8")
    yield folder
    shutil.rmtree(folder)


def start(folder, program, *arguments):
    command = [PROGRAMS[-1] / program, *arguments]
    subprocess.run(command, check=True, cwd=folder, capture_output=True, timeout=120, **as_database_user())


def log_after_faults(folder, configuration):
    """Run the database with a configuration, provoke faults, and return its log."""
    psycopg = pytest.importorskip("psycopg")
    log = folder / f"log-{len(list(folder.glob('log-*')))}"
    options = " ".join(f"-c {name}={value}" for name, value in (QUIET | configuration).items())
    control = ("pg_ctl", f"--pgdata={folder}/data", "--wait")
    start(folder, *control, f"--log={log}", f"--options={options} -c unix_socket_directories={folder}", "start")
    try:
        with psycopg.connect(f"host={folder} user=parley dbname=postgres", autocommit=True) as connection:
            connection.execute("CREATE TEMPORARY TABLE people (address text PRIMARY KEY, name varchar(200))")
            connection.execute(FAILING[0])
            for statement in FAILING:
                with suppress(psycopg.Error):
                    connection.execute(statement)
            with suppress(psycopg.Error):
                connection.execute("SELECT %s::integer", [WORDS])
            connection.execute("SELECT pg_sleep(0.01), %s", [WORDS])
        with suppress(psycopg.Error):
            psycopg.connect(f"host={folder} user=parley dbname=nothing")
    finally:
        start(folder, *control, "--mode=fast", "stop")
    return log.read_text()


def test_as_it_comes_the_database_writes_down_what_people_wrote(cluster):
    assert {"Wilhelmina", "quillfeather", "heron"} <= {*planted_in(log_after_faults(cluster, {}))}


def test_with_the_documented_configuration_it_does_not(cluster):
    log = log_after_faults(cluster, documented())

    assert planted_in(log) == []
    assert 'database "nothing" does not exist' in log  # it still tells what the portal cannot


@pytest.mark.parametrize("name", ["log_error_verbosity", "log_min_error_statement"])
def test_each_line_keeps_something_out_by_itself(cluster, name):
    """Without the first line, which keeps all of it out, the others still matter."""
    without_first = {key: value for key, value in documented().items() if key != "log_min_messages"}
    left_out = {key: value for key, value in without_first.items() if key != name}

    assert "quillfeather" in log_after_faults(cluster, left_out)
    assert "quillfeather" not in log_after_faults(cluster, without_first)

"""The test database: migrations run once, then every pytest process works on a copy.

Running all migrations costs some 50 seconds of processor time; copying the result costs none. The migrated database is
kept in ``var/test`` (SQLite) or on the server (PostgreSQL) under a digest of everything that shapes it, so a changed
migration or another version of a library makes a new one.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.files import locks
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
SHAPED_BY = ("*/migrations/*.py", "requirements/test.txt", "moderation/policy/starter.toml")


def prepare(name):
    """Make the test database ``name`` a copy of the migrated one, which is made first when there is none."""
    copy = copy_sqlite if connection.vendor == "sqlite" else copy_postgresql
    with (Path(settings.VAR_DIR) / "database.lock").open("w") as lock:
        locks.lock(lock, locks.LOCK_EX)  # pytest-xdist: the first process migrates, the others wait
        copy(f"migrated_{digest()}", name)


def discard(name):
    """Remove the copy ``name``."""
    if connection.vendor == "sqlite":
        remove_files(Path(name))
    else:
        with server() as postgres:
            postgres.execute(f'DROP DATABASE IF EXISTS "{name}"')


def digest():
    """Return a digest of the files that decide what a migrated database holds."""
    sums = hashlib.sha256()
    for path in sorted(path for pattern in SHAPED_BY for path in ROOT.glob(pattern)):
        sums.update(f"{path.relative_to(ROOT)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return sums.hexdigest()[:16]


def copy_sqlite(migrated, name):
    """Copy the file of the migrated database."""
    made = Path(settings.VAR_DIR) / f"{migrated}.sqlite3"
    if not made.exists():
        for outdated in made.parent.glob("migrated_*"):
            outdated.unlink()
        partial = made.with_suffix(f".{os.getpid()}")
        migrate(f"sqlite:///{partial}")
        partial.rename(made)
    remove_files(Path(name))
    shutil.copyfile(made, name)


def remove_files(path):
    """Remove a SQLite database with the files that lie beside it (-wal, -shm)."""
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def copy_postgresql(migrated, name):
    """Let the server copy the migrated database."""
    with server() as postgres:
        if not postgres.execute("SELECT 1 FROM pg_database WHERE datname = %s", [migrated]).fetchone():
            partial = f"{migrated}_{os.getpid()}"
            postgres.execute(f'CREATE DATABASE "{partial}"')
            migrate(os.environ["DATABASE_URL"].replace("/postgres?", f"/{partial}?"))
            postgres.execute(f'ALTER DATABASE "{partial}" RENAME TO "{migrated}"')
        postgres.execute(f'DROP DATABASE IF EXISTS "{name}"')
        postgres.execute(f'CREATE DATABASE "{name}" TEMPLATE "{migrated}"')


def server():
    """Return a connection to the server's own database, from where others are made and dropped."""
    parameters = connection.get_connection_params()
    address = {key: parameters[key] for key in ("host", "port", "user", "password") if parameters.get(key)}
    return psycopg.connect(**address, dbname="postgres", autocommit=True)


def migrate(url):
    """Run all migrations on an empty database, in a process of its own."""
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=ROOT, env=environment, check=True)

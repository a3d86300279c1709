"""The test database: migrations run once, then every pytest process works on a copy.

Running all migrations costs some 50 seconds of processor time; copying the result costs none. The migrated database is
kept in ``var/test`` (SQLite) or on the server (PostgreSQL) under a digest of everything that shapes it, so a changed
migration or another version of a library makes a new one. Each copy has a lock file that its process keeps locked: the
lock of a killed process is free, by which the next run knows what it may remove.
"""

import ast
import functools
import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.files import locks
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("portal", "consultations", "moderation", "search")
SHAPED_BY = ("*/migrations/*.py", "tests/*/migrations/*.py", "requirements/test.txt", "moderation/policy/starter.toml")
ADVISORY_LOCK = 5_011_947  # any number that nothing else on the server uses


@contextmanager
def copied(name):
    """Keep a copy of the migrated database under a name while the block runs."""
    drop = drop_sqlite if connection.vendor == "sqlite" else drop_postgresql
    with exclusive():
        drop_abandoned(drop, Path(name).parent)
        lock = lock_path(name).open("w")
        locks.lock(lock, locks.LOCK_EX)
        copy(name)
    with lock:
        yield
        drop(name)
        lock_path(name).unlink()


def put_back():
    """Copy the migrated database over the one that a test has written to for good."""
    connection.close()
    with exclusive():
        copy(connection.settings_dict["NAME"])


def copy(name):
    """Put a copy of the migrated database in the place of one, if there is one of that name."""
    (copy_sqlite if connection.vendor == "sqlite" else copy_postgresql)(name)


def migrated_sqlite():
    """Return the path of a migrated SQLite database, which is made first when there is none."""
    path = folder() / f"migrated_{digest()}.sqlite3"
    if not path.exists():
        for outdated in path.parent.glob("migrated_*"):
            outdated.unlink()
        partial = path.with_suffix(".partial")
        migrate(f"sqlite:///{partial}")
        partial.rename(path)
    return path


def copy_migrated_sqlite(path):
    """Put a migrated SQLite database at a path, for a program or a site of its own."""
    with exclusive():
        shutil.copyfile(migrated_sqlite(), path)


def folder():
    """Return the folder that the runs of this checkout share."""
    return Path(settings.VAR_DIR)


@contextmanager
def exclusive():
    """Let one process at a time make databases: the first migrates, the others wait and copy."""
    with (folder() / "database.lock").open("w") as lock:
        locks.lock(lock, locks.LOCK_EX)
        yield


def lock_path(name):
    """Return the path of the lock file of a copy."""
    return folder() / f"{connection.vendor}_{Path(name).name}.lock"


def drop_abandoned(drop, place):
    """Drop the copies whose process was killed."""
    for path in folder().glob(f"{connection.vendor}_*.lock"):
        with path.open("w") as lock:
            if locks.lock(lock, locks.LOCK_EX | locks.LOCK_NB):
                drop(str(place / path.stem.partition("_")[2]))
                path.unlink()


@functools.cache
def digest():
    """Return a digest of the files that decide what a migrated database holds."""
    named = {path for pattern in SHAPED_BY for path in ROOT.glob(pattern)}
    sums = hashlib.sha256()
    for path in sorted(named.union(*map(imported, named))):
        sums.update(f"{path.relative_to(ROOT)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return sums.hexdigest()[:16]


def imported(path):
    """Return the project's files that a migration imports by name."""
    if path.suffix != ".py":
        return set()
    names = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    files = {ROOT / f"{name.replace('.', '/')}.py" for name in names if name.partition(".")[0] in PACKAGES}
    return {file for file in files if file.exists()}


def copy_sqlite(name):
    """Copy the file of the migrated database."""
    drop_sqlite(name)
    shutil.copyfile(migrated_sqlite(), name)


def drop_sqlite(name):
    """Remove a SQLite database with the files that lie beside it."""
    for ending in ("", "-wal", "-shm", "-journal"):
        Path(f"{name}{ending}").unlink(missing_ok=True)


def copy_postgresql(name):
    """Let the server copy the migrated database; checkouts that share the server take turns."""
    migrated = f"migrated_{digest()}"
    with server() as postgres:
        postgres.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        if not postgres.execute("SELECT 1 FROM pg_database WHERE datname = %s", [migrated]).fetchone():
            partial = f"{migrated}_partial"
            postgres.execute(f'DROP DATABASE IF EXISTS "{partial}"')
            postgres.execute(f'CREATE DATABASE "{partial}"')
            migrate(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{partial}").geturl())
            postgres.execute(f'ALTER DATABASE "{partial}" RENAME TO "{migrated}"')
        postgres.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        postgres.execute(f'CREATE DATABASE "{name}" TEMPLATE "{migrated}"')


def drop_postgresql(name):
    """Drop a database of the server."""
    with server() as postgres:
        postgres.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def server():
    """Return a connection to the server's own database, from where others are made and dropped."""
    parameters = connection.get_connection_params()
    address = {key: parameters[key] for key in ("host", "port", "user", "password") if parameters.get(key)}
    return psycopg.connect(**address, dbname="postgres", autocommit=True)


def migrate(url):
    """Run all migrations on an empty database, in a process of its own."""
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=ROOT, env=environment, check=True)

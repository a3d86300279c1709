"""Files of the embedded index: one per generation, and a symbolic link to the one in use.

Each generation has its own file name: SQLite would replay a write-ahead log left beside a replaced file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import flock
from pathlib import Path
from uuid import uuid4

from search.language.analysis import ANALYSIS_FINGERPRINT
from search.language.query import SearchUnavailable

INDEX_SCHEMA_VERSION = 4
LOCK_WAIT_SECONDS = 10.0  # Seconds that one writer waits for another.
CREATE_TABLES_SQL = """
CREATE TABLE documents (
    key INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE, version INTEGER NOT NULL);
CREATE TABLE traits (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id INTEGER NOT NULL UNIQUE, received INTEGER NOT NULL,
    person INTEGER NOT NULL, letter INTEGER NOT NULL);
CREATE TABLE people (number INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE);
CREATE INDEX traits_person ON traits (person);
CREATE TABLE texts (
    id INTEGER PRIMARY KEY, reference TEXT NOT NULL, language TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE answers (answer TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (answer, id)) WITHOUT ROWID;
CREATE INDEX answers_id ON answers (id);
CREATE TABLE deletions (id INTEGER PRIMARY KEY, version INTEGER NOT NULL);
CREATE TABLE shapes (id INTEGER PRIMARY KEY, vals TEXT NOT NULL UNIQUE);
CREATE TABLE about (analysis TEXT NOT NULL, generation TEXT NOT NULL, writes INTEGER NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(title, text, exact, content='', tokenize='ascii');
"""


@contextmanager
def file_lock(path: Path, mode: int) -> Iterator[None]:
    """Hold an inter-process lock (flock); the kernel releases it when the process dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        flock(handle, mode)
        yield


def open_generation(path: Path) -> sqlite3.Connection:
    """Connect to a generation; raise SearchUnavailable if another schema or other analysis rules made it."""
    target = path.resolve(strict=True)
    db = sqlite3.connect(
        f"{target.as_uri()}?mode=rw", LOCK_WAIT_SECONDS, isolation_level=None, check_same_thread=False, uri=True
    )
    db.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384;"
        "PRAGMA secure_delete=ON;"  # a text that is deleted is written over
    )
    schema = db.execute("PRAGMA user_version").fetchone()[0]
    if schema != INDEX_SCHEMA_VERSION or db.execute("SELECT analysis FROM about").fetchone() != (ANALYSIS_FINGERPRINT,):
        db.close()
        raise SearchUnavailable("The index was made by another version: run manage.py search_rebuild.")
    return db


def create_generation(path: Path) -> Path:
    """Create an empty index file next to ``path``; nobody opens it before it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    name = uuid4().hex
    generation = path.with_name(f"{path.name}.g-{name[:12]}")
    db = sqlite3.connect(generation, isolation_level=None)
    db.executescript(f"PRAGMA journal_mode=WAL; PRAGMA user_version={INDEX_SCHEMA_VERSION}; {CREATE_TABLES_SQL}")
    db.execute("INSERT INTO about VALUES (?, ?, 0)", (ANALYSIS_FINGERPRINT, name))
    db.close()
    return generation


def create_first_generation(path: Path) -> None:
    """Create the first, empty index; a concurrent creator may win."""
    generation = create_generation(path)
    try:
        path.symlink_to(generation.name)
    except FileExistsError:
        delete_generation(generation)


def point_link(path: Path, generation: Path) -> None:
    """Point the link at a generation atomically."""
    link = path.with_name(f"{path.name}.link-{uuid4().hex[:12]}")
    link.symlink_to(generation.name)
    link.replace(path)


def delete_generation(generation: Path) -> None:
    """Delete a generation with SQLite's side files."""
    for suffix in ("", "-wal", "-shm"):
        generation.with_name(generation.name + suffix).unlink(missing_ok=True)

"""The embedded engine: SQLite FTS5 in a file of its own.

A document's row number packs month, day, shape and id (see ``search.engines.packing``), so facets, months, date
ranges and scope are read off the row numbers that FTS5 yields: one pass, no join. The newest page reads only the
newest days. Stems and forms come from ``search.language.analysis``; SQLite's tokenizer only splits at spaces.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH
from pathlib import Path
from time import perf_counter
from typing import Any, Self

from search.engines import suggestions
from search.engines.columns import DocumentColumns
from search.engines.document import EPOCH, Document, DocumentChange
from search.engines.engine import CHECKSUM_BUCKETS, GenerationMark
from search.engines.generations import (
    create_first_generation,
    create_generation,
    delete_generation,
    file_lock,
    open_generation,
    point_link,
)
from search.engines.packing import SHAPE_BITS, pack_key, unpack_day, unpack_shape
from search.engines.query_run import MATCH_ALL_TOKEN, QueryRun
from search.engines.tally import FacetShape
from search.language.analysis import word_forms
from search.language.query import Query, SearchResult, SearchUnavailable
from search.language.references import reference_token
from search.language.stemming import stem_cache

DOCUMENT_ROWS_SQL = (
    "key, id, reference, version, received, digest, letter, title, text, "
    "(SELECT json_group_array(answer) FROM answers WHERE answers.id = documents.id) FROM documents "
    "JOIN texts USING (id) JOIN traits USING (id) JOIN people ON number = person"
)


class Fts5Engine:
    """An index in a file; ``path`` is a symbolic link to the generation in use."""

    embedded = True

    def __init__(self, path: Path):
        self.path = path
        self._local = threading.local()

    def write(self, changes: Iterable[DocumentChange]) -> dict[int, str]:
        """Store documents and apply deletions in one transaction; skip versions older than the stored one."""
        deleted = False
        with self._writing() as db:
            numbers = {shape: number for number, shape in self._shapes(db).items()}
            for change in changes:
                if _stored_version(db, change.id) > change.version:
                    continue
                _delete_document(db, change.id)
                if isinstance(change, Document):
                    _insert_document(db, change, _shape_number(db, change, numbers))
                else:
                    db.execute("INSERT OR REPLACE INTO deletions VALUES (?, ?)", (change.id, change.version))
                    deleted = True
            db.execute("UPDATE about SET writes = writes + 1")
        if deleted:
            self._empty_log()
        return {}

    def _empty_log(self) -> None:
        """Truncate the write-ahead log, so that deleted texts leave it; a busy reader delays that to the next one."""
        with _translate_errors(self.path):
            self._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def search(self, query: Query) -> SearchResult:
        """Run a query; return one page."""
        began = perf_counter()
        with self._reading() as db:
            run = self._query_run(db, query)
            hits = run.page_hits()
        tally = run.tally
        return SearchResult(
            total=tally.total,
            hits=hits,
            facets=tally.facets,
            months=tally.months,
            people=run.people,
            distinct_texts=run.distinct_texts,
            took_ms=round((perf_counter() - began) * 1000, 1),
        )

    def iterate(self, query: Query) -> Iterator[int]:
        """Return the ids of all hits, read at once (8 bytes each): a slow consumer holds no transaction open."""
        with self._reading() as db:
            ids = array("q", self._query_run(db, query).all_ids().tolist())
        return iter(ids)

    def _query_run(self, db: sqlite3.Connection, query: Query) -> QueryRun:
        columns: DocumentColumns = self._local.columns
        return QueryRun(db, query, self._shapes(db), columns.refresh(db))

    def similar(self, id_: int, scope: Mapping[str, tuple[str, ...]], limit: int) -> list[int]:
        """Return ids of similar texts in scope, most similar first."""
        with self._reading() as db:
            return suggestions.find_similar(db, id_, scope, limit, self._shapes(db), self._local.columns.refresh(db))

    def typical(self, query: Query, limit: int) -> list[tuple[str, int]]:
        """Return words typical of the hits compared with the rest of the scope, with their number of hits."""
        with self._reading() as db:
            return suggestions.find_typical_words(
                db, self._query_run(db, query), self._query_run(db, Query(scope=query.scope)), limit
            )

    def spellings(self, word: str, limit: int) -> list[str]:
        """Return indexed words with a similar spelling."""
        with self._reading() as db:
            return suggestions.find_spellings(db, word, limit)

    def bucket_totals(self) -> dict[int, tuple[int, int]]:
        """Return (number of documents, sum of checksums) of each bucket that is not empty."""
        counts, sums = Counter[int](), Counter[int]()
        for id_, checksum in self._checksums("1"):
            counts[id_ % CHECKSUM_BUCKETS] += 1
            sums[id_ % CHECKSUM_BUCKETS] += checksum
        return {bucket: (counts[bucket], sums[bucket]) for bucket in counts}

    def bucket_checksums(self, bucket: int) -> dict[int, int]:
        """Return the checksum of every document in a bucket, by id."""
        return dict(self._checksums(f"id % {CHECKSUM_BUCKETS} = {int(bucket)}"))

    def _checksums(self, condition: str) -> Iterator[tuple[int, int]]:
        """Yield (id, checksum), recomputed from the stored rows: a stored checksum would hide a damaged row."""
        with self._reading() as db:
            shapes = self._shapes(db)
            for row in db.execute(f"SELECT {DOCUMENT_ROWS_SQL} WHERE {condition}"):
                document = _parse_document(row, shapes)
                yield document.id, document.checksum

    def versions(self) -> dict[int, int]:
        """Return the version of everything ever written, by id; deletions included."""
        with self._reading() as db:
            return dict(db.execute("SELECT id, version FROM documents UNION ALL SELECT id, version FROM deletions"))

    def generation_mark(self) -> GenerationMark:
        """Return the mark that the file carries in itself."""
        with self._reading() as db:
            return GenerationMark(*db.execute("SELECT generation, writes FROM about").fetchone())

    def info(self) -> dict[str, str]:
        """Return the SQLite version and the generation in use."""
        with self._reading():
            return {"engine": f"SQLite {sqlite3.sqlite_version}, FTS5", "generation": self.path.resolve().name}

    @contextmanager
    def shared_lock(self) -> Iterator[None]:
        """Keep a rebuild from swapping the file; any number of processes may hold the lock."""
        with self._locked(LOCK_SH):
            yield

    @contextmanager
    def exclusive_lock(self) -> Iterator[None]:
        """Wait for all holders of ``shared_lock``, and keep new ones out."""
        with self._locked(LOCK_EX):
            yield

    @contextmanager
    def _locked(self, mode: int) -> Iterator[None]:
        """Hold the lock file; a folder that is not writable raises SearchUnavailable."""
        with ExitStack() as stack:
            with _translate_errors(self.path):
                stack.enter_context(file_lock(self._path_with_suffix("lock"), mode))
            yield

    def delete_retired(self) -> list[str]:
        """Return nothing: a rebuild replaces the file at once."""
        return []

    def purge(self) -> None:
        """Merge the words into one segment, which has none of deleted documents, and truncate the log."""
        with self._writing() as db:
            db.execute("INSERT INTO words(words) VALUES ('optimize')")
        self._empty_log()

    @contextmanager
    def rebuild_lock(self) -> Iterator[None]:
        """Raise SearchUnavailable while another rebuild runs."""
        try:
            with file_lock(self._path_with_suffix("rebuild-lock"), LOCK_EX | LOCK_NB):
                yield
        except BlockingIOError as error:
            raise SearchUnavailable("Another rebuild of the index is running.") from error

    def new_generation(self) -> Self:
        """Create an empty generation file; delete what unfinished rebuilds left."""
        for path in self.path.parent.glob(f"{self.path.name}.g-*"):
            if not path.name.startswith(self.path.resolve().name):
                path.unlink(missing_ok=True)
        return type(self)(create_generation(self.path))

    def swap(self, fresh: Self) -> None:
        """Point the link at the filled generation and delete the old file; open readers finish on the old one."""
        with fresh._writing() as db:
            db.execute("INSERT INTO words(words) VALUES ('optimize')")
        fresh.close()
        old = self.path.resolve() if self.path.is_symlink() else None
        point_link(self.path, fresh.path)
        self.close()
        if old:
            delete_generation(old)

    def discard(self) -> None:
        """Delete a generation that was never put in use."""
        self.close()
        delete_generation(self.path)

    def close(self) -> None:
        """Close this thread's connection."""
        if db := getattr(self._local, "db", None):
            db.close()
            self._local.db = None

    def _path_with_suffix(self, suffix: str) -> Path:
        return self.path.with_name(f"{self.path.name}.{suffix}")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Open a read transaction: one consistent state of the index."""
        with _translate_errors(self.path), _transaction(self._connection(), "BEGIN") as db:
            yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Open a write transaction on the generation in use; retry if a swap happened while waiting for the lock."""
        with _translate_errors(self.path):
            while True:
                with _transaction(self._connection(), "BEGIN IMMEDIATE") as db:
                    if self._identity() == self._local.identity:
                        yield db
                        return

    def _shapes(self, db: sqlite3.Connection) -> dict[int, FacetShape]:
        """Return the shapes of this generation by number; numbers are only added, so only new ones are read."""
        known: dict[int, FacetShape] = self._local.shapes
        for number, vals in db.execute("SELECT id, vals FROM shapes WHERE id >= ?", (len(known),)):
            known[number] = FacetShape(*json.loads(vals))
        return known

    def _identity(self) -> tuple[int, int, int]:
        """Return process, device and inode: they differ after a fork and after a swap."""
        found = self.path.stat()
        return os.getpid(), found.st_dev, found.st_ino

    def _connection(self) -> sqlite3.Connection:
        """Return this thread's connection to the generation in use."""
        if not self.path.exists():
            create_first_generation(self.path)
        while getattr(self._local, "db", None) is None or self._local.identity != self._identity():
            self._drop_connection()
            self._local.identity, self._local.shapes, self._local.columns = self._identity(), {}, DocumentColumns()
            with suppress(FileNotFoundError):  # A swap went by; look again.
                self._local.db = open_generation(self.path)
        db: sqlite3.Connection = self._local.db
        return db

    def _drop_connection(self) -> None:
        """Drop the old connection; SQLite forbids even to close one that was opened before a fork."""
        db = getattr(self._local, "db", None)
        if db and self._local.identity[0] != os.getpid():
            _INHERITED.append(db)
        elif db:
            db.close()
        self._local.db = None


_INHERITED: list[sqlite3.Connection] = []


@contextmanager
def _translate_errors(path: Path) -> Iterator[None]:
    """Raise SearchUnavailable, with the remedy, for errors of SQLite and of the file system."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise SearchUnavailable(f"The index {path.name} cannot be used now: {error}.") from error
    except sqlite3.DatabaseError as error:
        raise SearchUnavailable(f"The index {path.name} is damaged ({error}): run manage.py search_rebuild.") from error
    except OSError as error:
        raise SearchUnavailable(f"The index {path.name} cannot be reached: {error.strerror}.") from error


@contextmanager
def _transaction(db: sqlite3.Connection, begin: str) -> Iterator[sqlite3.Connection]:
    db.execute(begin)
    try:
        yield db
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise


def _shape_number(db: sqlite3.Connection, document: Document, numbers: dict[FacetShape, int]) -> int:
    """Return the number of a document's shape; store a new shape and update ``numbers``."""
    shape = FacetShape.of(document)
    if shape not in numbers:
        number = numbers[shape] = len(numbers)
        if number >> SHAPE_BITS:
            raise SearchUnavailable("Too many combinations of facet values for the embedded index.")
        db.execute("INSERT INTO shapes VALUES (?, ?)", (number, json.dumps(shape)))
    return numbers[shape]


def _parse_document(row: tuple[Any, ...], shapes: Mapping[int, FacetShape]) -> Document:
    """Build a document from a row of ``DOCUMENT_ROWS_SQL``."""
    key, id_, reference, version, received, person, letter, title, text, answers = row
    return Document(
        id=id_,
        reference=reference,
        version=version,
        title=title,
        text=text,
        received_at=EPOCH + timedelta(microseconds=received),
        day=unpack_day(key),
        person=person,
        letter=letter,
        answers=tuple(sorted(json.loads(answers))),
        **shapes[unpack_shape(key)]._asdict(),
    )


def _stored_version(db: sqlite3.Connection, id_: int) -> int:
    row = db.execute(
        "SELECT version FROM documents WHERE id = ?1 UNION ALL SELECT version FROM deletions WHERE id = ?1", (id_,)
    ).fetchone()
    return row[0] if row else -1


def _indexed_columns(title: str, text: str, language: str, reference: str) -> tuple[str, str, str]:
    """Return the three indexed columns: stems of the title, stems of the text, all forms with the reference."""
    head, body = word_forms(title), word_forms(text)
    exact = " ".join((*head, MATCH_ALL_TOKEN, *body, reference_token(reference)))
    return _stems(head, language), _stems(body, language), exact


def _stems(words: tuple[str, ...], language: str) -> str:
    return " ".join(stem_cache(language).map(words))


def _insert_document(db: sqlite3.Connection, document: Document, shape: int) -> None:
    key = pack_key(document.day, shape, document.id)
    db.execute("INSERT INTO documents VALUES (?, ?, ?)", (key, document.id, document.version))
    traits = (document.id, document.received, _person_number(db, document.person), document.letter)
    db.execute("INSERT INTO traits (id, received, person, letter) VALUES (?, ?, ?, ?)", traits)
    texts = (document.id, document.reference, document.language, document.title, document.text)
    db.execute("INSERT INTO texts VALUES (?, ?, ?, ?, ?)", texts)
    db.executemany("INSERT INTO answers VALUES (?, ?)", [(answer, document.id) for answer in document.answers])
    words = _indexed_columns(document.title, document.text, document.language, document.reference)
    db.execute("INSERT INTO words(rowid, title, text, exact) VALUES (?, ?, ?, ?)", (key, *words))


def _person_number(db: sqlite3.Connection, digest: str) -> int:
    """Return the number of a sender's digest; store a new digest."""
    db.execute("INSERT OR IGNORE INTO people (digest) VALUES (?)", (digest,))
    number: int = db.execute("SELECT number FROM people WHERE digest = ?", (digest,)).fetchone()[0]
    return number


def _delete_document(db: sqlite3.Connection, id_: int) -> None:
    """Delete an id. FTS5 without content has to be given the exact words that it indexed."""
    found = db.execute(
        "SELECT person, key, title, text, language, reference FROM documents "
        "JOIN texts USING (id) JOIN traits USING (id) WHERE id = ?",
        (id_,),
    ).fetchone()
    if found:
        row = (found[1], *_indexed_columns(*found[2:]))
        db.execute("INSERT INTO words(words, rowid, title, text, exact) VALUES ('delete', ?, ?, ?, ?)", row)
    for table in ("documents", "texts", "traits", "answers", "deletions"):
        db.execute(f"DELETE FROM {table} WHERE id = ?", (id_,))
    if found:  # Who has no text here any more leaves nothing behind.
        unknown = "number = ?1 AND NOT EXISTS (SELECT 1 FROM traits WHERE person = ?1)"
        db.execute(f"DELETE FROM people WHERE {unknown}", found[:1])

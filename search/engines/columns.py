"""What counting and ordering need of every document, held in memory and looked up by id."""

from __future__ import annotations

import sqlite3
from typing import Any

import numpy as np

IntArray = np.ndarray[Any, np.dtype[np.int64]]
EMPTY_COLUMN: IntArray = np.zeros(0, np.int64)


class DocumentColumns:
    """Moment of receipt, person and letter of each document; 24 bytes for each id up to the highest.

    The table it reads is only ever added to under a higher ``seq``, so that bringing this up to date costs what has
    changed. Values of documents that were deleted stay, and nobody looks them up.
    """

    def __init__(self) -> None:
        self.seen = 0
        self.received = self.person = self.letter = EMPTY_COLUMN

    def refresh(self, db: sqlite3.Connection) -> DocumentColumns:
        """Read what was written since the last time."""
        rows = db.execute("SELECT seq, id, received, person, letter FROM traits WHERE seq > ?", (self.seen,)).fetchall()
        if rows:
            seq, ids, *values = np.array(rows, np.int64).T
            self.seen = int(seq.max())
            missing = max(int(ids.max()) + 1 - len(self.received), 0)
            self.received, self.person, self.letter = (
                _put(column, missing, ids, new)
                for column, new in zip((self.received, self.person, self.letter), values, strict=True)
            )
        return self


def _put(column: IntArray, missing: int, ids: IntArray, values: IntArray) -> IntArray:
    """Lengthen a column and write values at ids."""
    longer = np.append(column, np.zeros(missing, np.int64)) if missing else column
    longer[ids] = values
    return longer


def count_distinct(values: IntArray) -> int:
    """Count the distinct numbers; they are small and dense, which makes marking them quicker than sorting."""
    return int(np.count_nonzero(np.bincount(values))) if len(values) else 0

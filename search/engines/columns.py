"""In-memory columns of the embedded index, for counting and sorting."""

from __future__ import annotations

import sqlite3
from typing import Any

import numpy as np

IntArray = np.ndarray[Any, np.dtype[np.int64]]
EMPTY_COLUMN: IntArray = np.zeros(0, np.int64)


class DocumentColumns:
    """Time of receipt, sender and letter by document id: 24 bytes for each id up to the highest.

    The table is append-only under a growing ``seq``, so a refresh reads only what changed. Values of deleted documents
    stay; no hit refers to them.
    """

    def __init__(self) -> None:
        self.seen = 0
        self.received = self.person = self.letter = EMPTY_COLUMN

    def refresh(self, db: sqlite3.Connection) -> DocumentColumns:
        """Read the rows written since the last refresh."""
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
    """Extend a column by ``missing`` entries and write values at ids."""
    longer = np.append(column, np.zeros(missing, np.int64)) if missing else column
    longer[ids] = values
    return longer


def count_distinct(values: IntArray) -> int:
    """Count distinct values. They are small and dense, so a bincount is faster than sorting."""
    return int(np.count_nonzero(np.bincount(values))) if len(values) else 0

"""Django's SQLite engine, whose writers queue in each process and try every millisecond whether the lock is free.

SQLite itself waits longer each time it finds the lock taken: 1, 2, 5, 10 … up to 100 milliseconds. An unlucky writer
sleeps through many moments in which it was free: docs/decisions/0022-the-write-lock-is-tried-often.md has figures.
"""

import threading
import time
from collections import defaultdict

from django.db import OperationalError
from django.db.backends.sqlite3 import base

RETRY_SECONDS = 0.001
TURN_SECONDS = 1  # after so long a writer tries without its turn, whatever became of the one before
_turns: "defaultdict[str, threading.Lock]" = defaultdict(threading.Lock)  # by database: one thread of a process tries


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions take the write lock at their start, soon after it is free."""

    _turn: "threading.Lock | None" = None

    def _start_transaction_under_autocommit(self):
        """Take the write lock; raise OperationalError if it is taken for the connection's whole timeout."""
        patience = self.settings_dict["OPTIONS"]["timeout"]
        deadline = time.monotonic() + patience
        self._begin_turn()
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            while not self._takes_lock(is_last_try=time.monotonic() > deadline):
                time.sleep(RETRY_SECONDS)
        except OperationalError:
            self._end_turn()
            raise
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {patience * 1000:.0f}")

    def _takes_lock(self, *, is_last_try):
        """Begin a transaction; return False if another connection is writing."""
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # private, so the stubs lack it
        except OperationalError as error:
            if is_last_try or "locked" not in str(error):
                raise
            return False
        return True

    def _begin_turn(self):
        """Wait until no other thread of this process is writing."""
        turn = _turns[str(self.settings_dict["NAME"])]
        self._turn = turn if turn.acquire(timeout=TURN_SECONDS) else None

    def _end_turn(self):
        """Let the next thread of this process try."""
        turn, self._turn = self._turn, None
        if turn:
            turn.release()

    def _commit(self):
        """Commit, and let the next thread try."""
        try:
            return super()._commit()  # type: ignore[misc]  # as above
        finally:
            self._end_turn()

    def _rollback(self):
        """Roll back, and let the next thread try."""
        try:
            return super()._rollback()  # type: ignore[misc]  # as above
        finally:
            self._end_turn()

    def _close(self):
        """Close the connection, and let the next thread try."""
        try:
            return super()._close()  # type: ignore[misc]  # as above
        finally:
            self._end_turn()

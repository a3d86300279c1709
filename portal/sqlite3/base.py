"""Django's SQLite engine, which tries every millisecond whether the write lock is free.

SQLite itself waits longer each time it finds the lock taken: 1, 2, 5, 10 … up to 100 milliseconds. An unlucky writer
sleeps through many moments in which it was free: docs/decisions/0022-the-write-lock-is-tried-often.md has figures.
"""

import time

from django.db import OperationalError
from django.db.backends.sqlite3 import base

RETRY_SECONDS = 0.001


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions take the write lock at their start, soon after it is free."""

    def _start_transaction_under_autocommit(self):
        """Take the write lock; raise OperationalError if it is taken for the connection's whole timeout."""
        patience = self.settings_dict["OPTIONS"]["timeout"]
        deadline = time.monotonic() + patience
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            while not self._takes_lock(is_last_try=time.monotonic() > deadline):
                time.sleep(RETRY_SECONDS)
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

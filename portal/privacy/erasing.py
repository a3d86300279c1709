"""Erasing one person: every row about them, every trace of them elsewhere, and what the database files still hold."""

from functools import partial

from django.db import connection, transaction

from portal.privacy.traces import cover_traces


def erase_dossier(dossier, actor):
    """Erase the rows and cover the traces, in the caller's transaction; afterwards empty SQLite's write-ahead log.

    The order is that of the packages: what hangs on a text is found before the text is blanked, and erased with it.
    """
    for holding in dossier.holdings:
        if holding.kind.erase:
            holding.kind.erase(holding.kind.rows(dossier.person), dossier.person, actor)
    cover_traces(dossier.traces, dossier.needles)
    transaction.on_commit(partial(empty_log, connection))


def empty_log(database):
    """Write SQLite's log into its file, where what was deleted is written over; readers may delay a part of it."""
    if database.vendor == "sqlite" and not database.in_atomic_block:
        with database.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

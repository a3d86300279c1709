"""Writers on SQLite wait for each other, and no longer than the connection's timeout."""

import sqlite3
import threading
from contextlib import suppress

import pytest
from django.db import OperationalError, connection, connections, transaction

from portal.http.public_change import PublicChange

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="It is about SQLite's write lock."),
]


@pytest.fixture
def other():
    """Return a connection of somebody else, who holds the write lock."""
    connection.ensure_connection()
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def busy_timeout():
    """Return how long the connection waits for a lock outside of transactions, in milliseconds."""
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA busy_timeout").fetchone()[0]


def test_a_writer_waits_for_the_other(other, monkeypatch):
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        if len(slept) == 3:
            other.execute("COMMIT")

    monkeypatch.setattr("portal.sqlite3.base.time.sleep", sleep)
    with transaction.atomic():
        written = PublicChange.objects.create()

    assert slept == [0.001] * 3
    assert PublicChange.objects.filter(pk=written.pk).exists()
    assert busy_timeout() == 20_000


def test_a_writer_gives_up_at_the_timeout(other, monkeypatch):
    clock = iter([0.0, 0.0, 21.0])
    monkeypatch.setattr("portal.sqlite3.base.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("portal.sqlite3.base.time.sleep", lambda seconds: None)

    with pytest.raises(OperationalError, match="locked"), transaction.atomic():
        PublicChange.objects.create()

    assert busy_timeout() == 20_000


def test_another_error_is_raised_at_once(monkeypatch):
    connection.ensure_connection()
    with monkeypatch.context() as patch:
        patch.setattr(connections["default"], "transaction_mode", "NEVER")

        with pytest.raises(OperationalError, match="syntax"), transaction.atomic():
            PublicChange.objects.create()


def test_a_writer_outside_of_a_transaction_still_waits(other):
    committed = threading.Timer(0.05, other.execute, ["COMMIT"])
    committed.start()

    PublicChange.objects.update(created_at="2026-01-01T00:00:00Z")

    committed.join()


def test_threads_of_a_process_try_one_after_the_other():
    tries, written = [], []

    def write():
        with transaction.atomic():
            tries.append(written.copy())
            written.append(PublicChange.objects.create().pk)
        connection.close()

    threads = [threading.Thread(target=write) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [len(before) for before in tries] == [0, 1, 2, 3]
    assert PublicChange.objects.filter(pk__in=written).count() == 4


def test_a_writer_whose_turn_never_comes_tries_all_the_same(monkeypatch):
    monkeypatch.setattr("portal.sqlite3.base.TURN_SECONDS", 0.01)
    connection._begin_turn()
    stuck, connection._turn = connection._turn, None  # of a thread that ended without giving it back

    with transaction.atomic():
        written = PublicChange.objects.create()

    stuck.release()
    assert PublicChange.objects.filter(pk=written.pk).exists()


def test_a_turn_ends_with_the_transaction_however_it_ends():
    for error in (None, ValueError):
        with suppress(ValueError), transaction.atomic():
            assert connection._turn.locked()
            if error:
                raise error
        assert connection._turn is None

from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from portal.audit import record
from portal.audit.verification import verify_ledger
from portal.models import AuditEntry

WRITERS = 8
ENTRIES = 15

pytestmark = [
    pytest.mark.django_db(transaction=True),
]


def together(work):
    """Let all writers start at the same moment, each on a connection of its own."""
    start, errors = Barrier(WRITERS), []

    def run(writer):
        try:
            start.wait()
            work(writer)
        except Exception as error:  # noqa: BLE001  (whatever a thread raises has to reach the test)
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[writer]) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_writers_at_once_leave_a_chain_without_a_gap():
    def work(writer):
        for n in range(ENTRIES):
            with transaction.atomic():
                record("case.decided", subject=f"case:{writer}", n=n)
                if n % 5 == 4:
                    transaction.set_rollback(True)

    together(work)

    kept = WRITERS * ENTRIES * 4 // 5
    assert list(AuditEntry.objects.order_by("number").values_list("number", flat=True)) == list(range(1, kept + 1))
    assert list(verify_ledger()) == []
    for writer in range(WRITERS):
        told = [entry.facts["n"] for entry in AuditEntry.objects.about(f"case:{writer}").order_by("number")]
        assert told == [n for n in range(ENTRIES) if n % 5 != 4]


def test_verifying_while_others_write_finds_no_fault():
    found = []

    def work(writer):
        for n in range(ENTRIES):
            if writer == 0:
                found.extend(verify_ledger())
            else:
                with transaction.atomic():
                    record("case.decided", n=n)

    together(work)

    assert found == []
    assert AuditEntry.objects.count() == (WRITERS - 1) * ENTRIES

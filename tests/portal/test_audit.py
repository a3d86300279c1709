# ruff: noqa: S608  (the statements are made of names of our own)
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from consultations.models import Status
from portal.audit import record, text_digest
from portal.audit.models import start_of_day
from portal.models import AuditEntry, AuditHead, AuditRoot
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # in Sydney


def as_written(entry):
    return AuditEntry.objects.values("action", "by", "subject_type", "subject_id", "facts").get(pk=entry.pk)


def test_record_writes_who_did_what_to_what(consultation, moderator):
    with time_machine.travel(NOON, tick=False):
        entry = record(
            "case.decided",
            actor=moderator,
            subject=consultation,
            action="refuse",
            clauses=["4", "2"],
            version=7,
            appeal=None,
        )

    assert as_written(entry) == {
        "action": "case.decided",
        "by": moderator.pk,
        "subject_type": "consultations.consultationpage",
        "subject_id": str(consultation.pk),
        "facts": {"action": "refuse", "clauses": ["4", "2"], "version": 7, "appeal": None},
    }
    assert entry.at == NOON


def test_record_needs_neither_person_nor_subject_nor_facts():
    assert as_written(record("ledger.began", actor=AnonymousUser())) == {
        "action": "ledger.began",
        "by": None,
        "subject_type": "",
        "subject_id": "",
        "facts": {},
    }


def test_record_takes_a_subject_that_is_no_row():
    entry = record("export.taken", subject="export:2026-11-20")

    assert (entry.subject_type, entry.subject_id, entry.subject) == ("export", "2026-11-20", "export:2026-11-20")


def test_record_counts_without_a_gap_and_chains_each_entry_to_the_one_before():
    entries = [record("case.opened", n=n) for n in range(3)]

    assert [entry.number for entry in entries] == [1, 2, 3]
    assert [entry.previous for entry in entries] == ["", entries[0].digest, entries[1].digest]
    assert AuditHead.objects.values_list("number", "digest").get() == (3, entries[2].digest)


def test_facts_are_stored_as_plain_json():
    entry = record("submission.moved", status=Status.HELD, spans=((3, 9),), nested={"on": True})

    assert AuditEntry.objects.get(pk=entry.pk).facts == {
        "status": "held",
        "spans": [[3, 9]],
        "nested": {"on": True},
    }


@pytest.mark.parametrize(
    "fact",
    [
        "x" * 201,
        ["x" * 201],
        {"inside": {"x" * 201: 1}},
        0.5,
        datetime(2026, 1, 1, tzinfo=UTC),
        b"bytes",
        {1: "a number for a name"},
        "NUL \0",
        "half a pair \ud83d",
        object(),
    ],
)
def test_record_refuses_facts_that_are_long_or_not_plain(fact):
    with pytest.raises(ValueError, match=r"."):
        record("case.decided", fact=fact)

    assert AuditEntry.objects.count() == 0


def test_facts_of_200_characters_are_short_enough():
    assert record("case.decided", reason="ü" * 200).facts == {"reason": "ü" * 200}


@pytest.mark.parametrize(
    "action", ["decided", "Case.decided", "case.decided ", "case.", "", "case.decided\n", "c.d" * 30]
)
def test_record_refuses_an_action_that_is_no_dotted_word(action):
    with pytest.raises(ValueError, match="is no action"):
        record(action)


@pytest.mark.parametrize("subject", ["case", "case:", ":17", "case 17", "case:1 7", f"case:{'9' * 65}"])
def test_record_refuses_a_subject_that_cannot_be_found_again(subject):
    with pytest.raises(ValueError, match="is no subject"):
        record("case.decided", subject=subject)


def test_record_refuses_a_subject_that_is_not_stored():
    with pytest.raises(ValueError, match="is not stored"):
        record("user.changed", subject=UserFactory.build())


def test_text_digest_is_the_same_for_the_same_text_and_needs_the_key(settings):
    first, other = text_digest("The night bus."), text_digest("The night bus!")
    settings.SECRET_KEY = "another key"

    assert len({first, other, text_digest("The night bus.")}) == 3
    settings.SECRET_KEY = "only-for-tests-" + "x" * 50
    assert text_digest("The night bus.") == first


@pytest.mark.parametrize("work", ["save", "delete", "update", "queryset delete", "bulk_create", "bulk_update"])
def test_entries_are_never_changed_in_code(work):
    entry, entries = record("case.decided"), AuditEntry.objects.all()
    calls = {
        "save": entry.save,
        "delete": entry.delete,
        "update": lambda: entries.update(action="x"),
        "queryset delete": entries.delete,
        "bulk_create": lambda: AuditEntry.objects.bulk_create([AuditEntry(number=2)]),
        "bulk_update": lambda: entries.bulk_update([entry], ["action"]),
    }

    with pytest.raises(TypeError, match="only ever added to"):
        calls[work]()

    assert as_written(entry)["action"] == "case.decided"


@pytest.mark.parametrize("column", [field.column for field in AuditEntry._meta.fields])
def test_database_refuses_a_changed_entry(column):
    record("case.decided")
    value = "7" if column in ("number", "by") else "'{}'" if column == "facts" else "'2020-01-01 00:00:00'"

    assert refused(
        f'UPDATE portal_auditentry SET "{column}" = {value}' + (", action = 'x'" if column == "facts" else "")
    )


def test_database_lets_the_same_values_be_written_again():
    record("case.decided", subject="case:1")

    assert not refused("UPDATE portal_auditentry SET action = action, facts = facts, number = number")


@pytest.mark.parametrize("number", [2, 3])
def test_database_refuses_to_remove_an_entry(number):
    for n in range(3):
        record("case.decided", n=n)

    assert refused(f"DELETE FROM portal_auditentry WHERE number = {number}")
    assert AuditEntry.objects.count() == 3


def test_database_refuses_a_changed_root():
    AuditRoot(day=NOON.date(), number=1, digest="d", published_at=NOON, seal="s").save()

    assert refused("UPDATE portal_auditroot SET digest = 'e'")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_postgresql_refuses_to_empty_the_ledger_unless_the_connection_says_so():
    record("case.decided")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL parley.allow_audit_flush = 'off'")

    assert refused("TRUNCATE portal_auditentry")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL parley.allow_audit_flush = 'on'")
    assert not refused("TRUNCATE portal_auditentry")


def refused(statement):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        assert "The audit ledger is only ever added to." in str(error)
        return True
    return False


def test_entries_are_found_by_subject_person_and_day(moderator, lead, consultation):
    with time_machine.travel(start_of_day(NOON.date()), tick=False):
        first = record("case.decided", actor=moderator, subject=consultation)
    with time_machine.travel(start_of_day(NOON.date()).timestamp() - 1, tick=False):
        second = record("case.decided", actor=lead, subject="case:1")

    entries = AuditEntry.objects
    assert [list(each) for each in (entries.about(consultation), entries.about("case:1"))] == [[first], [second]]
    assert [list(each) for each in (entries.by(moderator), entries.by(lead))] == [[first], [second]]
    assert [list(entries.on(NOON.date())), list(entries.until(NOON.date()).order_by("number"))] == [
        [first],
        [first, second],
    ]


@pytest.mark.django_db(transaction=True)
class TestCommitted:
    def test_record_needs_a_transaction(self):
        with pytest.raises(TransactionManagementError):
            record("case.decided")

        assert AuditEntry.objects.count() == 0

    def test_entry_vanishes_with_the_transaction_it_tells_of(self):
        with transaction.atomic():
            kept = record("case.opened")
        with pytest.raises(RuntimeError), transaction.atomic():
            record("case.decided")
            raise RuntimeError
        with transaction.atomic():
            after = record("case.closed")

        assert list(AuditEntry.objects.order_by("number")) == [kept, after]
        assert (after.number, after.previous) == (2, kept.digest)

# ruff: noqa: S608  (the statements are made of names of our own)
import io
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from portal.audit import guard, record
from portal.audit.chain import head_content
from portal.audit.faults import LedgerFault
from portal.audit.seal import ENTRY_SEAL, HEAD_SEAL, is_valid_seal, make_seal
from portal.audit.verification import ENTRIES_PER_QUERY, verify_ledger
from portal.audit.walk import MAX_DEFERRED_ENTRIES
from portal.models import AuditEntry, AuditHead
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ENTRIES = 7


@pytest.fixture
def ledger(moderator):
    """Seven entries, and a database that lets them be tampered with."""
    for n in range(ENTRIES):
        record("case.decided", actor=moderator, subject=f"case:{n}", clauses=["4"], n=n)
    guard.remove_triggers(connection)


def tamper(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0


def faults(**kwargs):
    return list(verify_ledger(**kwargs))


@pytest.mark.usefixtures("ledger")
def test_untouched_ledger_has_no_fault():
    assert faults() == []


def test_empty_ledger_has_no_fault():
    assert faults() == []


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("number", [1, 4, ENTRIES])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2020-01-01 00:00:00+00:00"),
        ("action", "case.opened"),
        ("by", None),
        ("by", 999_999),
        ("subject_type", "page"),
        ("subject_id", "999"),
        ("facts", '{"clauses": ["4"], "n": 999}'),
        ("facts", '{"clauses": ["4"]}'),
        ("facts", '{"clauses": ["\\ud83d"]}'),
        ("previous", "f" * 64),
        ("digest", "f" * 64),
        ("digest", "ü"),
    ],
)
def test_verify_finds_a_change_of_any_field(number, column, value):
    if column == "facts" and "ud83d" in value and connection.vendor == "postgresql":
        pytest.skip("PostgreSQL refuses half a surrogate pair itself")
    tamper(f'UPDATE portal_auditentry SET "{column}" = %s WHERE number = %s', value, number)

    unfit = [LedgerFault("unfit", number)] if (column, number) == ("digest", ENTRIES) else []
    assert faults() == [*unfit, LedgerFault("changed", number)]


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("number = 1", [LedgerFault("removed", 1, 1)]),
        ("number = 4", [LedgerFault("removed", 4, 4)]),
        ("number = 7", [LedgerFault("removed", 7, 7)]),
        ("number < 3", [LedgerFault("removed", 1, 2)]),
        ("number > 4", [LedgerFault("removed", 5, 7)]),
        ("number IN (2, 3, 6)", [LedgerFault("removed", 2, 3), LedgerFault("removed", 6, 6)]),
        ("number > 0", [LedgerFault("removed", 1, 7)]),
    ],
)
def test_verify_finds_what_was_removed(where, expected):
    tamper(f"DELETE FROM portal_auditentry WHERE {where}")

    assert faults() == expected


@pytest.mark.usefixtures("ledger")
def test_verify_finds_two_entries_that_changed_places():
    for old, new in ((2, 0), (5, 2), (0, 5)):
        tamper("UPDATE portal_auditentry SET number = %s WHERE number = %s", new, old)

    assert faults() == [LedgerFault("moved", 2, 5), LedgerFault("moved", 5, 2)]


@pytest.mark.usefixtures("ledger")
def test_verify_finds_what_was_closed_up_after_a_removal():
    tamper("DELETE FROM portal_auditentry WHERE number = 5")
    for number in (6, 7):
        tamper("UPDATE portal_auditentry SET number = %s WHERE number = %s", number - 1, number)

    assert faults() == [
        LedgerFault("moved", 5, 6),
        LedgerFault("moved", 6, 7),
        LedgerFault("removed", 5, 5),
    ]


@pytest.mark.usefixtures("ledger")
def test_verify_tells_what_is_missing_from_what_was_moved():
    tamper("DELETE FROM portal_auditentry WHERE number IN (2, 3, 5, 6)")
    tamper("UPDATE portal_auditentry SET number = 3 WHERE number = 4")

    assert faults() == [LedgerFault("moved", 3, 4), LedgerFault("removed", 2, 3), LedgerFault("removed", 5, 6)]


@pytest.mark.usefixtures("ledger")
def test_verify_finds_an_entry_that_was_moved_out_of_sight():
    tamper("UPDATE portal_auditentry SET number = 900 WHERE number = 3")

    assert faults() == [LedgerFault("moved", 900, 3)]


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(("number", "kind"), [(-1, "inserted"), (0, "inserted"), (8, "inserted"), (4, "changed")])
def test_verify_finds_what_was_put_in(number, kind):
    if number == 4:
        tamper("DELETE FROM portal_auditentry WHERE number = 4")
    put_in(number)

    assert faults() == [LedgerFault(kind, number)]


def put_in(number):
    before = AuditEntry.objects.filter(number=number - 1).values_list("digest", flat=True).first() or ""
    tamper(
        "INSERT INTO portal_auditentry (number, at, action, subject_type, subject_id, facts, previous, digest)"
        " VALUES (%s, '2026-11-20 00:00:00+00:00', 'case.decided', '', '', '{}', %s, %s)",
        number,
        before,
        "a" * 64,
    )


@pytest.mark.usefixtures("ledger")
def test_verify_finds_an_entry_that_another_copy_of_the_site_wrote_in_its_place():
    kept = AuditEntry.objects.values().get(number=4)
    tamper("DELETE FROM portal_auditentry WHERE number >= 3")
    rewind(2)
    for n in range(5):
        record("case.decided", subject="case:9", n=n)
    tamper("DELETE FROM portal_auditentry WHERE number = 4")
    AuditEntry(**kept).save()

    assert faults() == [LedgerFault("unlinked", 4), LedgerFault("unlinked", 5)]


def rewind(number):
    """Turn the head back, as somebody can who has the key."""
    digest = AuditEntry.objects.get(number=number).digest
    AuditHead.objects.update(number=number, digest=digest, seal=make_seal(HEAD_SEAL, head_content(number, digest)))


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("change", ["number = 5", "number = 900", "digest = 'f'", "seal = 'f'"])
def test_verify_finds_a_changed_head(change):
    tamper(f"UPDATE portal_audithead SET {change}")

    assert faults() == [LedgerFault("head", AuditHead.objects.get().number)]


@pytest.mark.usefixtures("ledger")
def test_verify_finds_a_head_that_is_gone():
    AuditHead.objects.all().delete()

    assert faults() == [LedgerFault("head", 0)]


def test_verify_finds_a_head_that_is_gone_with_everything_else():
    AuditHead.objects.all().delete()

    assert faults() == [LedgerFault("head", 0)]


@pytest.mark.usefixtures("ledger")
def test_verify_finds_an_old_head_that_was_put_back():
    rewind(5)

    assert faults() == [LedgerFault("behind", 5, 7)]


@pytest.mark.usefixtures("ledger")
def test_what_was_cut_off_under_a_changed_head_is_told_for_ever():
    tamper("DELETE FROM portal_auditentry WHERE number > 4")
    digest = AuditEntry.objects.get(number=4).digest
    AuditHead.objects.update(number=4, digest=digest)

    assert record("case.decided").number == 6
    assert faults() == [LedgerFault("broken", 5)]
    assert AuditEntry.objects.get(number=5).facts == {"number": 4, "digest": digest}


@pytest.mark.usefixtures("ledger")
def test_a_head_that_is_gone_is_made_anew_and_told_for_ever():
    AuditHead.objects.all().delete()

    assert record("case.decided").number == 9
    assert faults() == [LedgerFault("broken", 8)]


@pytest.mark.usefixtures("ledger")
def test_writing_goes_on_after_a_head_that_was_turned_back_is_removed():
    rewind(5)
    with pytest.raises(IntegrityError), transaction.atomic():
        record("case.decided")
    AuditHead.objects.all().delete()

    assert record("case.decided").number == 9
    assert faults() == [LedgerFault("broken", 8)]


@pytest.mark.usefixtures("ledger")
def test_verify_since_reads_later_entries_only():
    tamper("UPDATE portal_auditentry SET action = 'case.opened' WHERE number IN (2, 6)")

    read = []
    assert faults(since=4, advance=read.append) == [LedgerFault("changed", 6)]
    assert read == [4]
    assert faults(since=900) == []


@pytest.mark.usefixtures("ledger")
def test_verify_since_still_looks_at_the_link_to_the_entry_before():
    tamper("UPDATE portal_auditentry SET digest = %s WHERE number = 3", "f" * 64)

    assert faults(since=4) == [LedgerFault("unlinked", 4)]


@pytest.mark.usefixtures("ledger")
def test_ledger_outlives_the_account_of_who_did_it(moderator, consultation):
    other = UserFactory()
    record("user.erased", actor=other, subject=moderator)
    moderator.delete()
    other.delete()

    assert faults() == []


@pytest.mark.usefixtures("ledger")
def test_old_entries_fit_as_long_as_the_old_key_is_known(settings):
    old, settings.SECRET_KEY = settings.SECRET_KEY, "a new key"
    settings.SECRET_KEY_FALLBACKS = [old]
    record("key.rotated")

    assert faults() == []
    settings.SECRET_KEY_FALLBACKS = []
    assert faults() == [LedgerFault("changed", number) for number in range(1, ENTRIES + 1)]


def test_a_seal_of_one_purpose_is_none_of_another():
    assert [
        is_valid_seal(make_seal(HEAD_SEAL, {"n": 1}), purpose, {"n": 1}) for purpose in (HEAD_SEAL, ENTRY_SEAL)
    ] == [True, False]


def test_verify_reads_a_long_ledger_in_batches(django_assert_num_queries):
    number = ENTRIES_PER_QUERY + 1
    for n in range(number):
        record("case.decided", n=n)

    read = []
    with django_assert_num_queries(7):
        assert faults(advance=read.append) == []
    assert read == [ENTRIES_PER_QUERY, 1]


def test_verify_names_each_entry_of_a_ledger_that_was_changed_throughout():
    for n in range(MAX_DEFERRED_ENTRIES + 50):
        record("case.decided", n=n)
    guard.remove_triggers(connection)
    tamper("UPDATE portal_auditentry SET action = 'case.opened'")

    assert Counter(faults()) == Counter(
        LedgerFault("changed", number) for number in range(1, MAX_DEFERRED_ENTRIES + 51)
    )


def run(**options):
    out = io.StringIO()
    call_command("verify_audit", stdout=out, verbosity=0, **options)
    return out.getvalue()


@pytest.mark.usefixtures("ledger")
def test_command_says_that_all_is_in_place():
    assert run() == "7 entries, all in place.\n"
    assert run(since=5) == "3 entries, all in place.\n"


@pytest.mark.usefixtures("ledger")
def test_command_names_what_is_wrong_and_ends_with_1(capsys):
    tamper("UPDATE portal_auditentry SET action = 'case.opened' WHERE number = 2")
    tamper("DELETE FROM portal_auditentry WHERE number IN (4, 5)")
    out = io.StringIO()

    with pytest.raises(CommandError, match="faults: 2 in 5 entries") as raised:
        call_command("verify_audit", stdout=out, verbosity=0)

    assert raised.value.returncode == 1
    assert out.getvalue().splitlines() == ["Entry 2 was changed after it was written.", "Entries 4 to 5 are missing."]


@pytest.mark.usefixtures("ledger")
def test_command_wonders_about_the_key_when_nothing_fits(settings):
    settings.SECRET_KEY = "a new key"
    out = io.StringIO()

    with pytest.raises(CommandError):
        call_command("verify_audit", stdout=out, verbosity=0)

    assert out.getvalue().splitlines()[-1].startswith("Nothing fits: is SECRET_KEY another one")

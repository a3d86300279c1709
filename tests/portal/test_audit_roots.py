# ruff: noqa: S608  (the statements are made of names of our own)
import io
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from portal.audit import guard, record
from portal.audit.chain import head_content
from portal.audit.faults import LedgerFault
from portal.audit.roots import find_root_lines, publish_roots, root_line
from portal.audit.seal import HEAD_SEAL, make_seal
from portal.audit.verification import verify_ledger
from portal.models import AuditEntry, AuditHead, AuditRoot

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # noon in Sydney


@pytest.fixture
def week():
    """Entries on Monday (two), Tuesday and Thursday; now it is Friday, and the roots are published."""
    written = {16: 2, 17: 1, 19: 1}
    for day, entries in written.items():
        with time_machine.travel(MONDAY.replace(day=day), tick=False):
            for n in range(entries):
                record("case.decided", n=n)
    with time_machine.travel(MONDAY.replace(day=20), tick=False):
        roots = publish_roots()
        guard.remove_triggers(connection)
        yield roots


def tamper(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0


def digest_of(number):
    return AuditEntry.objects.get(number=number).digest


def test_each_day_up_to_yesterday_gets_a_root(week):
    expected = [(16, 2), (17, 3), (18, 3), (19, 4)]  # nothing was written on Wednesday, and its root says so

    stored = AuditRoot.objects.order_by("day").values_list("day", "number", "digest")
    assert list(stored) == [(date(2026, 11, day), number, digest_of(number)) for day, number in expected]
    assert list(AuditRoot.objects.published()) == week[::-1]


def test_a_root_is_published_once(week):
    assert publish_roots() == []
    assert AuditRoot.objects.count() == len(week)


def test_a_day_ends_when_it_does_for_the_agency():
    for hour in (12, 13):  # half a minute before midnight in Sydney, and half a minute after
        with time_machine.travel(datetime(2026, 11, 16, hour, 59 if hour == 12 else 0, 30, tzinfo=UTC), tick=False):
            record("case.decided")

    with time_machine.travel(MONDAY.replace(day=18), tick=False):
        assert [(root.day.day, root.number) for root in publish_roots()] == [(16, 1), (17, 2)]


def test_nothing_is_published_of_a_ledger_that_is_empty_or_of_today():
    assert publish_roots() == []
    record("case.decided")
    assert publish_roots() == []


@pytest.mark.usefixtures("week")
def test_untouched_roots_have_no_fault():
    assert list(verify_ledger()) == []


@pytest.mark.usefixtures("week")
@pytest.mark.parametrize(
    "change",
    ["number = 1", "digest = 'f'", "published_at = '2020-01-01 00:00:00+00:00'", "seal = 'f'", "day = '2026-11-01'"],
)
def test_verify_finds_a_changed_root(change):
    tamper(f"UPDATE portal_auditroot SET {change} WHERE day = '2026-11-19'")

    name = "2026-11-01" if change.startswith("day") else "2026-11-19"
    assert LedgerFault("root", AuditRoot.objects.get(day=name).number, name=name) in list(verify_ledger())


@pytest.mark.usefixtures("week")
@pytest.mark.parametrize("day", [16, 17, 18])
def test_verify_finds_a_root_that_was_taken_out(day):
    tamper("DELETE FROM portal_auditroot WHERE day = %s", date(2026, 11, day))

    after = AuditRoot.objects.get(day=date(2026, 11, day + 1))
    assert list(verify_ledger()) == [LedgerFault("root", after.number, name=f"2026-11-{day + 1}")]


def turn_back():
    """Cut the last entry off and turn the head back, as somebody can who has the key or an old copy."""
    tamper("DELETE FROM portal_auditentry WHERE number > 3")
    digest = digest_of(3)
    AuditHead.objects.update(number=3, digest=digest, seal=make_seal(HEAD_SEAL, head_content(3, digest)))


def rewritten():
    """Write the last entry anew."""
    turn_back()
    record("case.decided", subject="case:9")


@pytest.mark.usefixtures("week")
def test_verify_finds_an_end_that_was_written_anew_after_its_root_was_published():
    rewritten()

    assert list(verify_ledger()) == [LedgerFault("pinned", 4, name="2026-11-19")]


@pytest.mark.usefixtures("week")
def test_verify_finds_that_entries_of_a_root_are_gone_with_the_head_turned_back():
    turn_back()

    assert list(verify_ledger()) == [LedgerFault("pinned", 4, name="2026-11-19")]


def test_a_root_kept_outside_proves_what_the_database_cannot(week):
    mailbox = f"From: us\n\n{root_line(week[-1])}\n"
    rewritten()
    tamper("DELETE FROM portal_auditroot WHERE day = '2026-11-19'")

    assert list(verify_ledger()) == []
    assert list(verify_ledger(pinned=find_root_lines(mailbox))) == [LedgerFault("pinned", 4, name="2026-11-19")]


def test_a_root_of_an_emptied_ledger_can_be_published(week):
    tamper("DELETE FROM portal_auditentry")
    with time_machine.travel(MONDAY.replace(day=21), tick=False):
        assert [root.number for root in publish_roots()] == [0]

    assert LedgerFault("removed", 1, 4) in list(verify_ledger())


def test_a_line_is_read_again_however_the_mail_was_folded(week):
    line = root_line(week[0])
    folded = line.replace(" ", "\n ").replace(week[0].digest, f"{week[0].digest[:20]}=\r\n{week[0].digest[20:]}")

    assert line == f"audit-root testserver 2026-11-16 2 {digest_of(2)}"
    assert find_root_lines(f"{folded}\n{line.replace('testserver', 'elsewhere.example')}") == [
        (week[0].day, 2, digest_of(2))
    ]


@pytest.mark.usefixtures("week")
def test_command_prints_new_roots_and_the_latest_again():
    lines = [root_line(root) for root in AuditRoot.objects.published()]
    out = io.StringIO()

    call_command("publish_audit_root", stdout=out)
    assert out.getvalue().splitlines() == lines[:1]

    with time_machine.travel(MONDAY.replace(day=22), tick=False):
        out.truncate(out.seek(0))
        call_command("publish_audit_root", stdout=out)
    assert [line.split()[2] for line in out.getvalue().splitlines()] == ["2026-11-20", "2026-11-21"]


def test_command_says_so_when_there_is_nothing_to_publish():
    out, err = io.StringIO(), io.StringIO()

    call_command("publish_audit_root", stdout=out, stderr=err)

    assert (out.getvalue(), err.getvalue()) == ("", "Nothing has been written in the audit ledger up to yesterday.\n")


def test_verify_command_compares_with_a_mailbox(week, tmp_path, monkeypatch):
    mailbox = tmp_path / "mailbox"
    mailbox.write_text("".join(f"{root_line(root)}\n" for root in week))
    call_command("verify_audit", verbosity=0, roots=str(mailbox), stdout=io.StringIO())

    rewritten()
    tamper("DELETE FROM portal_auditroot WHERE day = '2026-11-19'")
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(mailbox.read_text()))
    with pytest.raises(CommandError) as raised:
        call_command("verify_audit", verbosity=0, roots="-", stdout=out)
    assert raised.value.returncode == 1
    assert out.getvalue() == "Entry 4 is not the one that was published in the root of 2026-11-19.\n"


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_verify_command_refuses_a_file_without_a_root(tmp_path, name):
    (tmp_path / "empty").touch()

    with pytest.raises(CommandError) as raised:
        call_command("verify_audit", verbosity=0, roots=str(tmp_path / name))
    assert raised.value.returncode == 2

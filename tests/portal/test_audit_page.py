import csv
import io
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django.urls import reverse

from portal.accounts.ledger import STAFF_ACTIONS
from portal.audit import guard, record, views
from portal.audit.ledger_check import check_ledger
from portal.audit.roots import publish_roots
from portal.audit.sentences import sentence_of
from portal.models import AuditEntry, LedgerCheck
from portal.schedule import check_ledger_daily
from tests.factories import UserFactory, held_in, submission_to

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 11, 19, 14, 30, tzinfo=UTC)  # already the 20th in Sydney


@pytest.fixture
def reader(administrator):
    administrator.user_permissions.add(Permission.objects.get(codename="read_audit"))
    return administrator


@pytest.fixture
def audit(client, reader):
    client.force_login(reader)
    return lambda **asked: client.get(reverse("audit"), asked)


RECORDED_ACTION = r'record(?:_look|_by_person|_page|_search|_failure_of_staff)?\(\s*"([a-z_.]+)"'


def numbers(response):
    return [row.entry.number for row in response.context["rows"]]


def sentences(response):
    return [row.plain_sentence for row in response.context["rows"]]


def test_audit_tells_in_sentences_who_did_what_when(audit, moderator, consultation):
    submission = submission_to(consultation)
    with time_machine.travel(EVENING, tick=False):
        record("case.decided", actor=moderator, subject=submission, action="refuse", note="<b>bold</b>", items=2)

    answer = audit()
    page = unescape(answer.content.decode())
    assert "20 Nov 2026, 01:30:00" in page
    assert sentences(answer) == [f"{moderator} decided on {submission.reference}: refuse"]
    assert f'<a href="/admin/audit/?person={moderator.pk}">{moderator}</a>' in page
    assert f"?about=consultations.submission%3A{submission.pk}" in page
    assert answer.context["rows"][0].facts == [("items", "2"), ("note", "<b>bold</b>")]
    assert b"<b>bold</b>" not in answer.content


def test_a_link_leads_only_where_the_reader_may_go(audit, reader, privacy, client, consultation):
    submission = submission_to(consultation)
    record("submission.opened", actor=privacy, subject=submission)
    address = reverse("privacy_submission", args=[submission.reference])

    assert address not in audit().content.decode()
    client.force_login(privacy)
    assert address in client.get(reverse("audit")).content.decode()


def test_a_title_that_nobody_may_read_stays_a_number(audit, consultation):
    record("consultation.extended", subject=consultation, reason="More time")
    assert consultation.title in sentences(audit())[0]

    consultation.unpublish()
    assert consultation.title not in audit(action="consultation.extended").content.decode()


def test_an_action_that_nobody_described_is_shown_as_it_is(audit, moderator):
    record("thing.turned", actor=moderator, subject="thing:3", colour="red")

    assert sentences(audit()) == [f"{moderator}: thing.turned thing 3"]


def test_every_action_has_a_sentence():
    """Every action that the code names reads as a sentence."""
    named = set()
    for package in ("portal", "consultations", "moderation", "search"):
        for path in Path(package).rglob("*.py"):
            named.update(re.findall(RECORDED_ACTION, path.read_text()))
    assert len(named) > 50
    assert sorted(action for action in named | set(STAFF_ACTIONS) if sentence_of(action) is None) == []


def test_audit_lists_the_latest_first_and_50_a_page(audit):
    for n in range(53):
        record("case.decided", n=n)

    assert [numbers(audit()), numbers(audit(p=2))] == [list(range(53, 3, -1)), [3, 2, 1]]


def test_audit_is_narrowed_by_action_person_day_and_subject(audit, moderator, lead):
    with time_machine.travel(EVENING, tick=False):
        record("case.decided", actor=moderator, subject="case:1")
    record("case.decided", actor=lead, subject="case:2")
    record("policy.published", actor=lead)

    assert numbers(audit(action="case.decided")) == [2, 1]
    assert numbers(audit(person=lead.pk)) == [3, 2]
    assert numbers(audit(since="2026-11-20", until="2026-11-20")) == [1]
    assert numbers(audit(until="2026-11-19")) == []
    assert numbers(audit(since="2026-11-21")) == [3, 2]
    assert numbers(audit(kind="policy")) == [3]
    assert numbers(audit(about="case:2")) == [2]
    assert numbers(audit(action="case.decided", person=lead.pk, about="case:2")) == [2]


@pytest.mark.parametrize(
    "asked", [{"action": "No such"}, {"kind": "x"}, {"person": "x"}, {"since": "yesterday"}, {"about": "nothing"}]
)
def test_audit_shows_no_entry_for_a_question_at_fault_and_says_what_is_wrong(audit, asked):
    record("case.decided")

    response = audit(**asked)

    assert (response.status_code, numbers(response)) == (422, [])
    assert list(response.context["form"].errors) == list(asked)
    assert b"Nothing matches" in response.content


def test_audit_names_an_account_that_is_gone_by_its_number(audit):
    erased = UserFactory(first_name="Nobody")
    record("case.decided", actor=erased)
    pk = erased.pk
    erased.delete()

    response = audit(person=pk)
    assert numbers(response) == [1]
    assert response.context["rows"][0].name == f"Person {pk}, account erased"
    assert b"Nobody Number" not in response.content


def test_audit_keeps_the_name_of_a_kind_that_is_no_table(audit):
    record("export.taken", subject="export:17")

    assert audit().context["rows"][0].about == "export 17"


def test_empty_audit_says_what_will_stand_there(audit):
    assert b"Nothing has been written yet" in audit().content


def test_audit_says_up_to_where_it_is_published(audit):
    with time_machine.travel(EVENING, tick=False):
        entry = record("case.decided")
    with time_machine.travel(EVENING.replace(day=20), tick=False):
        publish_roots()

    page = audit().content.decode()
    assert "Published up to 20 Nov 2026, entry 1:" in page
    assert f"<code>{entry.digest[:16]}…</code>" in page


@pytest.mark.parametrize("entries", [1, 3])
def test_audit_costs_the_same_however_long(audit, django_assert_num_queries, consultation, entries):
    for _n in range(entries):
        record("case.decided", actor=UserFactory(), subject=held_in(consultation).cases.get())
    audit()

    with django_assert_num_queries(16):
        audit()


def lines(answer):
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_the_file_holds_exactly_the_list_and_is_an_entry_itself(audit, client, reader, moderator, monkeypatch):
    monkeypatch.setattr(views, "ENTRIES_PER_BATCH", 2)
    for n in range(5):
        record("case.opened", actor=moderator, subject=f"case:{n}")
        record("policy.published", note="=1+1")

    took = lines(client.get(reverse("audit_csv"), {"kind": "cases", "person": moderator.pk}))

    assert [int(line["number"]) for line in took] == [9, 7, 5, 3, 1]
    assert took[0]["sentence"] == f"{moderator} opened case 4"
    entry = AuditEntry.objects.get(action="audit.exported")
    assert (entry.by, entry.facts) == (
        reader.pk,
        {"count": 5, "filter": {"kind": "cases", "person": str(moderator.pk)}},
    )


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=cmd|x", "'=cmd|x Y"),
        ("＝cmd|x", "'＝cmd|x Y"),
        ('Ada;=HYPERLINK("//x")', 'Ada;\'=HYPERLINK("//x") Y'),
    ],
)
def test_no_cell_of_the_file_is_a_formula(audit, client, name, cell):
    record("thing.turned", actor=UserFactory(first_name=name, last_name="Y"), subject="thing:1")

    assert lines(client.get(reverse("audit_csv"), {"action": "thing.turned"}))[0]["by whom"] == cell


def test_a_file_of_a_question_at_fault_holds_nothing(audit, client):
    record("case.opened")

    assert lines(client.get(reverse("audit_csv"), {"since": "yesterday"})) == []


def test_audit_says_when_the_chain_was_verified(audit):
    assert b"The chain was not read yet" in audit().content
    record("case.opened")
    check_ledger_daily()
    check_ledger_daily()

    assert LedgerCheck.objects.count() == 1
    assert b"1 entry, in its place and unchanged" in audit().content


def test_audit_shows_what_is_wrong_with_the_chain(audit):
    for _n in range(3):
        record("case.opened")
    guard.remove_triggers(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_auditentry SET action = 'case.noted' WHERE number = 2")
    check_ledger()

    page = audit().content.decode()
    assert "The ledger has a fault" in page
    assert "Entry 2 was changed after it was written." in page


def test_audit_stands_in_the_menu_of_those_who_may_read_it(client, reader, editor):
    menus = []
    for user in (reader, editor):
        client.force_login(user)
        menus.append(reverse("audit") in client.get(reverse("wagtailadmin_home")).content.decode())

    assert menus == [True, False]

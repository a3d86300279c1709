from datetime import UTC, datetime
from html import unescape

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.urls import reverse

from portal.audit import record
from portal.audit.roots import publish_roots
from tests.factories import UserFactory

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


def numbers(response):
    return [row.entry.number for row in response.context["rows"]]


def test_audit_shows_who_did_what_when_to_what(audit, moderator, consultation):
    with time_machine.travel(EVENING, tick=False):
        record("case.decided", actor=moderator, subject=consultation, clauses=["4", "2"], note="<b>bold</b>", items=2)

    page = unescape(audit().content.decode())
    assert "20 Nov 2026, 01:30:00" in page
    assert f"?person={moderator.pk}" in page
    assert str(moderator) in page
    assert f"consultation {consultation.pk}" in page
    assert audit().context["rows"][0].facts == [("clauses", "4, 2"), ("items", "2"), ("note", "<b>bold</b>")]
    assert b"<b>bold</b>" not in audit().content


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
    assert numbers(audit(day="2026-11-20")) == [1]
    assert numbers(audit(day="2026-11-19")) == []
    assert numbers(audit(about="case:2")) == [2]
    assert numbers(audit(action="case.decided", person=lead.pk, about="case:2")) == [2]


@pytest.mark.parametrize("asked", [{"action": "no.such"}, {"person": "x"}, {"day": "yesterday"}, {"about": "nothing"}])
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
    assert b"Nobody" not in response.content


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
def test_audit_costs_the_same_however_long(audit, django_assert_num_queries, entries):
    for n in range(entries):
        record("case.decided", actor=UserFactory(), subject=f"case:{n}")
    audit()

    with django_assert_num_queries(15):
        audit()


def test_audit_stands_in_the_menu_of_those_who_may_read_it(client, reader, editor):
    menus = []
    for user in (reader, editor):
        client.force_login(user)
        menus.append(reverse("audit") in client.get(reverse("wagtailadmin_home")).content.decode())

    assert menus == [True, False]

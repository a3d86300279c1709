"""Accounts and roles: what the ledger says of them, and who may give power to whom."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.log_actions import LogContext

from moderation.review.decisions import decide
from portal.models import Agency, AuditEntry, User
from tests.factories import UserFactory, held_in
from tests.portal.account_forms import edit, fields_of

pytestmark = pytest.mark.django_db


def told():
    entries = AuditEntry.objects.order_by("number")
    return [(entry.action, entry.by, entry.subject_id, entry.facts) for entry in entries]


@pytest.fixture
def as_administrator(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def superuser(django_user_model):
    return django_user_model.objects.create_superuser("root@example.org")


def test_an_account_with_a_role_leaves_entries(as_administrator, administrator):
    role = Group.objects.get(name="Editors")
    new = User(email="new@example.org", first_name="Nia", last_name="New")
    sent = fields_of(new, groups=[role.pk])

    as_administrator.post(reverse("wagtailusers_users:add"), sent)

    made = User.objects.get(email="new@example.org")
    assert told() == [
        ("account.made", administrator.pk, str(made.pk), {}),
        ("role.given", administrator.pk, str(made.pk), {"roles": ["Editors"]}),
    ]


def test_what_is_changed_is_named_and_never_quoted(as_administrator, administrator, officer):
    edit(as_administrator, officer, first_name="Olga", groups=[], is_active="")

    by = administrator.pk, str(officer.pk)
    assert told() == [
        ("account.changed", *by, {"fields": ["first_name", "is_active"]}),
        ("account.switched_off", *by, {}),
        ("role.taken", *by, {"roles": ["Policy officers"]}),
    ]


def test_settings_and_roles_leave_entries(as_administrator, administrator):
    agency = Agency.load()
    with LogContext(user=administrator):
        agency.save()
        agency.name = "Harbour Agency"
        agency.save()
        role = Group.objects.create(name="Translators")
        role.permissions.add(*role.permissions.model.objects.filter(codename="search_submission"))

    assert [(action, facts) for action, _actor, _subject, facts in told()] == [
        ("settings.changed", {"fields": ["name"]}),
        ("role.made", {}),
        ("role.permissions_given", {"permissions": ["search_submission"]}),
    ]


def test_switching_off_many_leaves_an_entry_for_each(as_administrator, administrator, officer, editor):
    address = reverse("wagtail_bulk_action", args=["portal", "user", "set_active_state"])

    as_administrator.post(f"{address}?id={officer.pk}&id={editor.pk}&next=/admin/", {"mark_as_active": "False"})

    assert sorted((action, int(subject)) for action, _actor, subject, _facts in told()) == sorted(
        [("account.switched_off", officer.pk), ("account.switched_off", editor.pk)]
    )


def test_an_administrator_makes_no_superuser(as_administrator, officer):
    edit(as_administrator, officer, is_superuser="on")
    new = User(email="new@example.org", first_name="Nia", last_name="New")
    sent = fields_of(new, is_superuser="on")
    as_administrator.post(reverse("wagtailusers_users:add"), sent)

    assert User.objects.filter(email="new@example.org").exists()
    assert not User.objects.filter(is_superuser=True).exists()


def test_an_administrator_does_not_take_over_a_superusers_account(as_administrator, superuser):
    answer = edit(as_administrator, superuser)
    many = reverse("wagtail_bulk_action", args=["portal", "user", "set_active_state"])
    as_administrator.post(f"{many}?id={superuser.pk}&next=/admin/", {"mark_as_active": "False"})

    superuser.refresh_from_db()
    assert (answer.status_code, superuser.is_active, superuser.has_usable_password()) == (302, True, False)


def test_nobody_gives_himself_a_role_in_any_way(as_administrator, administrator):
    lead = Group.objects.get(name="Lead moderators")
    own = administrator.groups.get()
    edit(as_administrator, administrator, groups=[own.pk, lead.pk])
    many = reverse("wagtail_bulk_action", args=["portal", "user", "assign_role"])
    as_administrator.post(f"{many}?id={administrator.pk}&next=/admin/", {"role": lead.pk})
    with LogContext(user=administrator):
        for give in (
            lambda: administrator.groups.add(lead),
            lambda: lead.user_set.add(administrator),
            lambda: own.permissions.add(*lead.permissions.all()),
            lambda: administrator.user_permissions.add(*lead.permissions.all()),
        ):
            with pytest.raises(PermissionDenied), transaction.atomic():
                give()

    assert list(administrator.groups.all()) == [own]
    assert not User.objects.get(pk=administrator.pk).has_perm("moderation.publish_policy")


def test_a_superuser_may(client, superuser, officer):
    client.force_login(superuser)

    edit(client, officer, is_superuser="on")

    officer.refresh_from_db()
    assert officer.is_superuser


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_an_account_that_decided_is_switched_off_and_not_deleted(as_administrator, consultation, moderator, many):
    case = held_in(consultation).cases.get()
    decide(case, revision_id=case.revision_id, action="publish", actor=moderator)
    bulk = reverse("wagtail_bulk_action", args=["portal", "user", "delete"])
    address = (
        f"{bulk}?id={moderator.pk}&next=/admin/" if many else reverse("wagtailusers_users:delete", args=[moderator.pk])
    )

    answer = as_administrator.post(address)

    assert (answer.status_code, User.objects.filter(pk=moderator.pk).exists()) == (302, True)
    assert "stays on record" in " ".join(map(str, get_messages(answer.wsgi_request)))


def test_an_account_that_did_nothing_may_be_deleted(as_administrator, administrator):
    idle = UserFactory()

    as_administrator.post(reverse("wagtailusers_users:delete", args=[idle.pk]))

    assert told() == [("account.deleted", administrator.pk, str(idle.pk), {})]


def test_an_account_that_is_saved_is_read_once(administrator, citizen):
    with LogContext(user=administrator), CaptureQueriesContext(connection) as asked:
        citizen.first_name = "Clio"
        citizen.save()

    table = User._meta.db_table
    reads = [each["sql"] for each in asked.captured_queries if f'FROM "{table}"' in each["sql"]]
    assert len(reads) == 1

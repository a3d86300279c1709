"""Roles with powers over texts: two administrators give them, by whatever form, list or button."""

import io

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from wagtail.log_actions import LogContext
from wagtail.models import Page

from portal.models import AuditEntry, RoleGrant, StaffNotification, User
from tests.factories import UserFactory
from tests.portal.account_forms import edit, fields_of
from tests.portal.accounts.signing_in import code_sent, confirmed, sign_in

pytestmark = pytest.mark.django_db
DECIDES = "Submission moderators"


@pytest.fixture
def role():
    return Group.objects.get(name=DECIDES)


@pytest.fixture
def person():
    return UserFactory(first_name="Nia", groups=["Editors"])


@pytest.fixture
def second():
    return UserFactory(first_name="Ben", groups=["Administrators"])


@pytest.fixture
def as_administrator(client, administrator):
    client.force_login(administrator)
    return client


def roles_of(user):
    return {*User.objects.get(pk=user.pk).groups.values_list("name", flat=True)}


def by_editing(client, person, role):
    return edit(client, person, groups=[*person.groups.values_list("pk", flat=True), role.pk])


def by_list(client, person, role):
    many = reverse("wagtail_bulk_action", args=["portal", "user", "assign_role"])
    return client.post(f"{many}?id={person.pk}&next=/admin/", {"role": role.pk})


@pytest.mark.parametrize("give", [by_editing, by_list])
def test_a_role_waits_until_a_second_administrator_confirms_it(as_administrator, person, role, second, give):
    give(as_administrator, person, role)
    assert roles_of(person) == {"Editors"}
    assert StaffNotification.objects.filter(kind="portal.role_grant").get().user == second

    grant = RoleGrant.objects.get()
    as_administrator.post(reverse("role_confirm", args=[grant.pk]))
    assert roles_of(person) == {"Editors"}

    as_administrator.force_login(second)
    assert b"Confirm: the role is given now" in as_administrator.get(reverse("who_may_do_what")).content
    as_administrator.post(reverse("role_confirm", args=[grant.pk]))
    assert roles_of(person) == {"Editors", DECIDES}
    actions = AuditEntry.objects.filter(subject_id=str(person.pk)).order_by("number").values_list("action", "by")
    asker = grant.asked_by_id
    assert [*actions][-3:] == [("role.asked", asker), ("role.given", second.pk), ("role.confirmed", second.pk)]


def test_a_new_account_waits_for_its_role(as_administrator, role):
    new = User(email="new@example.org", first_name="Nia", last_name="New")
    editors = Group.objects.get(name="Editors")

    as_administrator.post(reverse("wagtailusers_users:add"), fields_of(new, groups=[role.pk, editors.pk]))

    assert roles_of(User.objects.get(email="new@example.org")) == {"Editors"}
    assert RoleGrant.objects.waiting().get().role == role


def test_whoever_would_get_the_role_does_not_confirm_it(client, administrator, role, second):
    grant = RoleGrant.ask(second, role, administrator)
    client.force_login(second)

    client.post(reverse("role_confirm", args=[grant.pk]))

    assert roles_of(second) == {"Administrators"}


def test_the_wish_of_somebody_who_is_no_administrator_any_more_gives_nothing(client, person, role, second):
    asker = UserFactory(groups=["Administrators"])
    grant = RoleGrant.ask(person, role, asker)
    asker.groups.clear()
    client.force_login(second)

    client.post(reverse("role_confirm", args=[grant.pk]))

    assert roles_of(person) == {"Editors"}


def test_a_refused_role_is_not_given(as_administrator, person, role, second):
    by_editing(as_administrator, person, role)
    grant = RoleGrant.objects.get()

    as_administrator.force_login(second)
    as_administrator.post(reverse("role_refuse", args=[grant.pk]))
    as_administrator.post(reverse("role_confirm", args=[grant.pk]))

    assert roles_of(person) == {"Editors"}


def test_no_code_of_ours_gives_power_alone(administrator, person, role):
    decide = Permission.objects.get(codename="moderate_submission")
    with LogContext(user=administrator):
        for give in (
            lambda: person.groups.add(role),
            lambda: person.groups.set([role]),
            lambda: role.user_set.add(person),
            lambda: person.user_permissions.add(decide),
            lambda: Group.objects.get(name="Editors").permissions.add(decide),
        ):
            with pytest.raises(PermissionDenied), transaction.atomic():
                give()
    assert roles_of(person) == {"Editors"}


def test_the_database_refuses_one_person_alone(administrator, person, role):
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(
            person=person, role=role, asked_by=administrator, answered_by=administrator, given_at="2026-01-01T00:00Z"
        )


def send_role(client, group, permissions, **rows):
    forms = ("page_permissions", "document_permissions", "image_permissions", "collection_permissions")
    counts = {f"{form}-{what}_FORMS": "0" for form in forms for what in ("TOTAL", "INITIAL")}
    sent = {"name": group.name, "permissions": [each.pk for each in permissions]} | counts | rows
    return client.post(reverse("wagtailusers_groups:edit", args=[group.pk]), sent)


def test_a_role_that_somebody_has_gets_no_power(as_administrator, person):
    editors = Group.objects.get(name="Editors")
    decide = Permission.objects.get(codename="publish_policy")

    answer = send_role(as_administrator, editors, [decide])

    assert "only to a role that nobody has" in answer.content.decode()
    assert decide not in editors.permissions.all()


def test_a_role_that_somebody_is_to_get_gets_no_power(as_administrator, administrator, person, role):
    RoleGrant.ask(person, role, administrator)
    publish = Permission.objects.get(codename="publish_policy")

    answer = send_role(as_administrator, role, [publish])

    assert "nobody has or is to get" in answer.content.decode()
    with LogContext(user=administrator), pytest.raises(PermissionDenied), transaction.atomic():
        role.permissions.add(publish)
    assert publish not in role.permissions.all()


def test_permissions_on_pages_leave_an_entry(as_administrator):
    group = Group.objects.create(name="Translators")
    page = Page.objects.get(depth=1)
    rows = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "0", "0-page": page.pk, "0-permissions": ["change_page"]}

    send_role(as_administrator, group, [], **{f"page_permissions-{name}": value for name, value in rows.items()})
    send_role(as_administrator, group, [])

    entries = AuditEntry.objects.filter(action__startswith="role.permissions").order_by("number")
    assert [(entry.action, entry.facts["permissions"]) for entry in entries] == [
        ("role.permissions_given", [f"change_page page:{page.pk}"]),
        ("role.permissions_taken", [f"change_page page:{page.pk}"]),
    ]


def test_nobody_changes_a_role_of_his_own(as_administrator, administrator):
    answer = send_role(as_administrator, administrator.groups.get(), [])

    assert answer.url == reverse("who_may_do_what")
    assert administrator.groups.get().permissions.exists()


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_powers_do_not_come_back_with_an_account_that_is_switched_on(as_administrator, moderator, many):
    User.objects.filter(pk=moderator.pk).update(is_active=False)
    if many:
        address = reverse("wagtail_bulk_action", args=["portal", "user", "set_active_state"])
        as_administrator.post(f"{address}?id={moderator.pk}&next=/admin/", {"mark_as_active": "True"})
    else:
        edit(as_administrator, User.objects.get(pk=moderator.pk))

    assert not User.objects.get(pk=moderator.pk).is_active


def test_mail_about_somebody_with_powers_is_not_sent_elsewhere(as_administrator, moderator, person):
    edit(as_administrator, moderator, email="mine@example.org")
    edit(as_administrator, person, email="corrected@example.org")

    assert User.objects.get(pk=moderator.pk).email == moderator.email
    assert User.objects.get(pk=person.pk).email == "corrected@example.org"


def test_account_stays_the_same_between_asking_and_confirming(as_administrator, person, role, second):
    by_editing(as_administrator, person, role)

    answer = edit(as_administrator, person, email="mine@example.org")

    assert "A colleague is to confirm roles for this very address" in answer.content.decode()
    assert User.objects.get(pk=person.pk).email == person.email
    as_administrator.force_login(second)
    assert f"<strong>{person.email}</strong>" in as_administrator.get(reverse("who_may_do_what")).content.decode()


@pytest.mark.parametrize("staff_account", [{"groups": ["Administrators"]}, {"is_superuser": True}], ids=str)
def test_staff_change_their_own_address_only_where_they_are_asked_who_they_are(client, staff_account):
    user = UserFactory(**staff_account)
    client.force_login(user)

    edit(client, user, email="mine@example.org", first_name="Nia")

    stored = User.objects.get(pk=user.pk)
    assert (stored.email, stored.first_name) == (user.email, "Nia")


def test_the_command_line_gives_a_role_and_says_so_in_the_ledger(person, role, capsys):
    call_command("give_role", person.email, DECIDES)

    assert DECIDES in roles_of(person)
    assert AuditEntry.objects.get().action == "role.given_by_command"
    with pytest.raises(CommandError, match=r"There are: .*Editors"):
        call_command("give_role", person.email, "Nothing")


class Somebody(io.StringIO):
    """Who types at a terminal, and sees whether a lock is held meanwhile."""

    held = None

    def isatty(self):
        return True

    def types(self, _message=""):
        self.held = connection.in_atomic_block
        return "root@example.org"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_while_somebody_types(monkeypatch):
    somebody = Somebody()
    monkeypatch.setattr("builtins.input", somebody.types)
    monkeypatch.setattr("getpass.getpass", lambda *_message: "a long enough password")

    call_command("createsuperuser", stdin=somebody, verbosity=0)

    assert somebody.held is False
    assert AuditEntry.objects.get().subject_id == str(User.objects.get(email="root@example.org").pk)


def test_a_superuser_of_the_command_line_stands_in_the_ledger(db):
    call_command("createsuperuser", interactive=False, email="root@example.org", verbosity=0)

    made = User.objects.get(email="root@example.org")
    entry = AuditEntry.objects.get()
    assert (made.is_superuser, entry.action, entry.subject_id) == (True, "account.superuser_made", str(made.pk))


def by_owner(client, person):
    """Change the own address at the door: signed in, by the code that was sent to the new one."""
    sign_in(client, confirmed(person))
    client.post("/account/email/", {"action_add": "", "email": "elsewhere@example.org"})
    client.post(reverse("account_email_verification_sent"), {"code": code_sent("elsewhere@example.org")})


def by_shell(client, person):
    person.email = "elsewhere@example.org"
    person.save(update_fields=["email"])


@pytest.mark.parametrize("change", [by_owner, by_shell])
def test_a_role_is_not_confirmed_once_the_address_has_changed(client, administrator, person, role, second, change):
    grant = RoleGrant.ask(person, role, administrator)
    change(client, User.objects.get(pk=person.pk))
    assert User.objects.get(pk=person.pk).email == "elsewhere@example.org"

    client.force_login(second)
    answer = client.post(reverse("role_confirm", args=[grant.pk]), follow=True).content.decode()
    assert "The address of this account has changed since. Ask for the role anew." in answer
    assert roles_of(person) == {"Editors"}
    assert not RoleGrant.objects.waiting().exists()
    assert AuditEntry.objects.filter(action="role.lapsed", subject_id=str(person.pk)).count() == 1

    again = RoleGrant.ask(person, role, administrator)
    client.post(reverse("role_confirm", args=[again.pk]))
    assert roles_of(person) == {"Editors", DECIDES}


def test_a_role_waits_on_when_something_else_of_the_account_changes(administrator, person, role):
    grant = RoleGrant.ask(person, role, administrator)
    stored = User.objects.get(pk=person.pk)
    stored.last_name, stored.email = "Other", stored.email.upper()
    stored.save()

    assert list(RoleGrant.objects.waiting()) == [grant]

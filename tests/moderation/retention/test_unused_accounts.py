"""Accounts that nobody signs in with: told at 30 and 7 days, then closed, unless somebody signs in."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from moderation.models import RetentionRun
from moderation.retention.due import due_rows
from moderation.retention.job import run_retentions, start_run, warn_owners_of_unused_accounts
from portal.models import AuditEntry, UnusedAccount, User
from portal.outbox.sending import send_due
from portal.privacy.inactive import WARNINGS_AT_ONCE, warn_owners
from tests.factories import UserFactory, submission_to

pytestmark = pytest.mark.django_db

LAST = datetime(2024, 11, 30, 9, 0, tzinfo=UTC)  # the last sign-in; two years later the time is over
OVER = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
UNUSED, CLOSED = "We close your account unless you sign in", "Your account is closed"


@pytest.fixture
def owner(db):
    return UserFactory(last_login=LAST, date_joined=LAST)


@pytest.fixture
def days(time_machine):
    """Let the worker's step run on each of some days before the end, one after the other."""

    def run(*before):
        for number in before:
            time_machine.move_to(OVER - timedelta(days=number), tick=False)
            warn_owners_of_unused_accounts()

    return run


def close_what_is_due():
    start_run()
    run_retentions()


def letters_to(address):
    send_due()
    return [letter.subject.rpartition("] ")[2] for letter in mail.outbox if letter.to == [address]]


def test_owner_is_told_at_thirty_and_at_seven_days_and_only_then_is_the_account_closed(
    owner, days, consultation, time_machine
):
    text, address = submission_to(consultation, author=owner, author_name="Ada Quill"), owner.email
    days(31)
    assert letters_to(address) == []
    days(30, 29, 28)
    assert letters_to(address) == [UNUSED]
    days(8, 7, 6, 1)
    assert letters_to(address) == [UNUSED, UNUSED]
    assert due_rows() == []

    days(-1)
    assert [(each.kind, each.consultation, each.count) for each in due_rows()] == [("accounts", None, 1)]
    close_what_is_due()

    owner.refresh_from_db()
    text.refresh_from_db()
    assert (owner.is_active, owner.email, text.author_name) == (False, f"erased-{owner.pk}@invalid.invalid", "")
    assert letters_to(address) == [UNUSED, UNUSED, CLOSED]
    assert RetentionRun.objects.get().result == [["accounts", None, "", 1]]
    assert AuditEntry.objects.get(action="retention.deleted").facts["counts"]["accounts"] == 1
    assert AuditEntry.objects.get(action="account.closed_unused").subject_id == str(owner.pk)
    assert not UnusedAccount.objects.exists() and due_rows() == []


def test_letter_says_the_day_and_where_to_sign_in(owner, days):
    days(30)
    send_due()

    [letter] = mail.outbox
    assert "so we close it on 1 December 2026." in " ".join(letter.body.split())
    assert "/account/login/" in letter.body


def test_sign_in_ends_the_count(owner, days):
    days(30, 7)
    User.objects.filter(pk=owner.pk).update(last_login=OVER - timedelta(days=6))

    days(-1)
    close_what_is_due()

    owner.refresh_from_db()
    assert (owner.is_active, UnusedAccount.objects.count()) == (True, 0)


def test_sign_in_in_the_last_minute_keeps_the_account(owner, days):
    days(30, 7, -1)
    start_run()
    User.objects.filter(pk=owner.pk).update(last_login=OVER + timedelta(days=1))

    run_retentions()

    owner.refresh_from_db()
    assert owner.is_active


def test_old_accounts_of_a_site_that_begins_to_count_have_the_full_time_too(owner, days):
    days(-400, -401)
    close_what_is_due()
    assert User.objects.get(pk=owner.pk).is_active
    days(-422)
    assert UnusedAccount.objects.get().warned_again_at is None
    days(-423, -429)
    close_what_is_due()
    assert User.objects.get(pk=owner.pk).is_active

    days(-430)
    close_what_is_due()

    assert not User.objects.get(pk=owner.pk).is_active
    assert letters_to(owner.email) == [CLOSED]  # what still waited to be sent has become void


def test_accounts_with_a_role_are_left_to_administrators_and_counted_apart(days, privacy):
    UserFactory(last_login=LAST, date_joined=LAST, groups=["Submission moderators"])
    UserFactory(last_login=LAST, date_joined=LAST, is_superuser=True)
    days(30, 7, -1)
    close_what_is_due()

    desk = Client()
    desk.force_login(privacy)
    page = " ".join(desk.get(reverse("retention")).content.decode().split())
    assert (UnusedAccount.objects.count(), User.objects.filter(is_active=False).count()) == (0, 0)
    assert "<dt>With a role</dt> <dd> 2. They are not closed by themselves" in page


def test_account_that_gets_a_role_is_forgotten_here(owner, days, moderator):
    days(30)
    owner.groups.set(moderator.groups.all())

    days(7)

    assert not UnusedAccount.objects.exists()


def test_nobody_is_told_twice_of_the_same_and_at_most_so_many_at_once(days, time_machine, monkeypatch):
    monkeypatch.setattr("portal.privacy.inactive.WARNINGS_AT_ONCE", 2)
    for _each in range(3):
        UserFactory(last_login=LAST, date_joined=LAST)
    time_machine.move_to(OVER, tick=False)

    assert [warn_owners(24) for _step in range(3)] == [2, 1, 0]
    assert WARNINGS_AT_ONCE == 500


def test_less_than_half_a_year_is_refused(privacy):
    desk = Client()
    desk.force_login(privacy)

    answer = desk.post(reverse("retention"), {"addresses": 6, "marks": 12, "sealed": 24, "accounts": 5})

    assert answer.status_code == 422

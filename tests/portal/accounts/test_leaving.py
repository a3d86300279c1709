"""The page on which an administrator ends what somebody who leaves still holds."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse

from moderation.models import BlindCheck, Case
from moderation.review.decisions import decide
from portal.accounts.mails import (
    CLOSED,
    CLOSED_AND_ERASURE_ASKED,
    CLOSED_UNCONFIRMED,
    CLOSED_UNUSED,
    TEXTS_ERASED,
    TEXTS_NOT_ERASED,
    post_account_mail,
)
from portal.models import AuditEntry, RoleGrant, User
from portal.outbox.sending import send_due
from search.models import ApiToken
from tests.factories import UserFactory, held_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_administrator(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def leaver(moderator, administrator, consultation):
    """Return a moderator who is signed in, has a second factor and a token, and cases open and assigned."""
    browser = Client(headers={"Sec-Fetch-Site": "same-origin"})
    browser.force_login(moderator)
    about = {"ip": "192.0.2.7", "user_agent": "A browser"}
    UserSession.objects.create(user=moderator, session_key=browser.session.session_key, **about)
    Authenticator.objects.create(user=moderator, type=Authenticator.Type.TOTP, data={"secret": "x"})
    ApiToken.issue(moderator, "My tool", 30)
    for n in range(3):
        case = held_in(consultation).cases.get()
        case.assign(moderator, administrator) if n else case.claim(moderator)
    moderator.browser = browser
    return moderator


def leave(client, user, **sent):
    return client.post(reverse("person_leaves", args=[user.pk]), {"meant": "on"} | sent)


def shown_counts(response):
    return {str(label): number for label, number in response.context["steps"]}


def test_everything_ends_at_once(as_administrator, leaver, lead):
    address = reverse("person_leaves", args=[leaver.pk])
    before = as_administrator.get(address)
    assert [*shown_counts(before).values(), before.context["claims"], before.context["assignments"]] == [
        *(1, 1, 0, 0, 2, 0, 1, 1),
        *(1, 2),
    ]

    assert leave(as_administrator, leaver, successor=lead.pk).status_code == 302

    left = User.objects.get(pk=leaver.pk)
    assert (left.is_active, left.has_usable_password(), left.groups.count()) == (False, False, 0)
    assert not UserSession.objects.filter(user=left).exists()
    assert not Authenticator.objects.filter(user=left).exists()
    assert not ApiToken.objects.valid().filter(owner=left).exists()
    assert ApiToken.objects.get(owner=left).revoked_at
    assert leaver.browser.get(reverse("queue")).status_code == 302
    assert not Case.objects.filter(claimed_by=left).exists()
    assert Case.objects.filter(assigned_to=lead).count() == 2
    entry = AuditEntry.objects.get(action="account.left")
    assert [entry.facts[name] for name in ("sessions", "second_factors", "tokens", "roles")] == [1, 1, 1, 1]
    assert (entry.facts["claims"], entry.facts["handed_over"], entry.facts["returned"]) == (1, 2, 0)
    assert (entry.facts["to"], entry.by) == (lead.pk, User.objects.get(first_name="Ada").pk)


def test_the_page_tells_afterwards_what_was_done(as_administrator, leaver):
    leave(as_administrator, leaver)

    told = as_administrator.get(reverse("person_leaves", args=[leaver.pk]))

    counts = {str(label): number for label, number in told.context["last"]["counts"]}
    assert counts["Tokens for their own tools"] == 1
    assert counts["Work put back into the queue"] == 2
    assert b"What would end" not in told.content
    assert not Case.objects.exclude(assigned_to=None).exists()


def test_nothing_ends_unless_it_is_meant(as_administrator, leaver):
    answer = leave(as_administrator, leaver, meant="")

    assert answer.status_code == 422
    assert b"Nothing was done yet" in answer.content
    assert User.objects.get(pk=leaver.pk).is_active
    assert UserSession.objects.filter(user=leaver).exists()


def test_what_the_successor_had_a_hand_in_goes_back_to_the_queue(as_administrator, leaver, lead):
    case = Case.objects.filter(assigned_to=leaver).first()
    first = Case.objects.exclude(pk=case.pk).first()
    decision = decide(first, revision_id=first.revision_id, action="publish", actor=lead)
    BlindCheck.objects.create(case=case, decision=decision)
    leave(as_administrator, leaver, successor=lead.pk)

    case.refresh_from_db()
    assert case.assigned_to is None


def test_work_goes_to_nobody_who_may_not_read_it(as_administrator, leaver, officer):
    leave(as_administrator, leaver, successor=officer.pk)

    assert not Case.objects.exclude(assigned_to=None).exists()
    assert AuditEntry.objects.get(action="account.left").facts["returned"] == 2


def test_the_leaver_is_told_once(as_administrator, leaver):
    leave(as_administrator, leaver)
    leave(as_administrator, leaver)
    send_due()

    [letter] = [each for each in mail.outbox if each.to == [leaver.email]]
    words = " ".join(letter.body.split())
    assert "An administrator ended your account" in words and "If you have not left, write to us" in words
    assert "If it was not you who closed it" not in words


@pytest.mark.parametrize(
    ("mail_name", "subject", "by_owner"),
    [
        (CLOSED, "Your account is closed", True),
        (CLOSED_AND_ERASURE_ASKED, "Your account is closed", True),
        (CLOSED_UNCONFIRMED, "Your account is closed", True),
        (CLOSED_UNUSED, "Your account is closed", False),
        (TEXTS_ERASED, "What you wrote with your account", False),
        (TEXTS_NOT_ERASED, "What you wrote with your account", False),
    ],
)
def test_only_whoever_closed_it_may_have_been_somebody_else(mail_name, subject, by_owner):
    person = UserFactory()
    post_account_mail(mail_name, person.email, person)
    send_due()

    [letter] = mail.outbox
    assert letter.subject.endswith(subject)
    assert ("If it was not you who closed it" in letter.body) == by_owner


def test_a_role_that_waited_is_refused(as_administrator, leaver, lead):
    grant = RoleGrant.ask(leaver, lead.groups.get(), lead)

    leave(as_administrator, leaver)

    grant.refresh_from_db()
    assert grant.refused_at


def test_history_keeps_the_name(as_administrator, leaver, consultation):
    case = held_in(consultation).cases.get()
    decision = decide(case, revision_id=case.revision_id, action="publish", actor=leaver)

    leave(as_administrator, leaver)

    decision.refresh_from_db()
    assert str(decision.actor) == str(leaver)


@pytest.mark.parametrize("who", ["oneself", "a superuser"])
def test_who_cannot_be_ended(as_administrator, administrator, who):
    person = administrator if who == "oneself" else User.objects.create_superuser("root@example.org")

    answer = leave(as_administrator, person)

    assert answer.url == reverse("who_may_do_what")
    assert User.objects.get(pk=person.pk).is_active


def test_a_session_that_began_before_opens_nothing(as_administrator, moderator):
    """A browser that allauth never listed is out, too."""
    browser = Client()
    browser.force_login(moderator)
    assert Session.objects.count() == 2

    leave(as_administrator, moderator)

    assert browser.get(reverse("queue")).status_code == 302


def test_an_account_that_is_deleted_leads_here(as_administrator, leaver, consultation):
    case = held_in(consultation).cases.get()
    decide(case, revision_id=case.revision_id, action="publish", actor=leaver)

    answer = as_administrator.post(reverse("wagtailusers_users:delete", args=[leaver.pk]))

    assert answer.url == reverse("person_leaves", args=[leaver.pk])


def test_the_list_of_accounts_leads_here(as_administrator, administrator):
    person = UserFactory(groups=["Editors"])

    page = as_administrator.get(reverse("wagtailusers_users:index")).content.decode()

    assert reverse("person_leaves", args=[person.pk]) in page
    assert reverse("person_leaves", args=[administrator.pk]) not in page

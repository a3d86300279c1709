"""Somebody leaves: what the account still holds is ended or handed over, at once and in one transaction.

A package registers with `leaving_step` what it holds of an account. The account itself stays, switched off: what was
done with it keeps its name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import APIToken

from portal.accounts.mails import CLOSED_FOR_LEAVER, post_account_mail
from portal.accounts.models import User
from portal.accounts.powers import STAFF_AREA
from portal.accounts.role_grants import RoleGrant
from portal.audit import record
from portal.casework.models import WorkItem, work_item_models
from portal.staff.notifications.models import StaffNotification

ACCOUNT_LEFT = "account.left"  # in the ledger
WORK_HANDED_OVER, WORK_RETURNED = "handed_over", "returned"  # in the entry's facts, beside the steps' names


@dataclass(frozen=True, slots=True)
class LeavingStep:
    """A kind of thing that an account holds: what it is called, where it stands, and how it ends."""

    name: str  # in the ledger's facts
    label: str | Promise
    rows_of: Callable[[User], QuerySet[Any]]
    end: Callable[[QuerySet[Any], User], Any]  # the rows, and who ends them


_steps: dict[str, LeavingStep] = {}


def leaving_step(name, label, rows_of, end):
    """Have rows of this kind ended when their account's owner leaves."""
    _steps[name] = LeavingStep(name, label, rows_of, end)


def end_sessions(sessions, actor):
    """End the sessions, each with the row of its browser."""
    for session in sessions:
        session.end()


def delete_rows(rows, actor):
    """Delete what only serves to sign in."""
    rows.delete()


def take_roles(held, actor):
    """Take the roles off, so that whoever switches the account on again gives back nothing."""
    for user in {each.user for each in held.select_related("user")}:
        user.groups.clear()


def refuse_grants(grants, actor):
    """Turn down what somebody was to get."""
    for grant in grants.select_related("person", "role"):
        grant.refuse(actor)


leaving_step(
    "sessions", gettext_lazy("Sign-ins in a browser"), lambda user: UserSession.objects.filter(user=user), end_sessions
)
leaving_step(
    "second_factors",
    gettext_lazy("Passkeys, apps for codes, and lists of recovery codes"),
    lambda user: Authenticator.objects.filter(user=user),
    delete_rows,
)
leaving_step(
    "providers",
    gettext_lazy("Accounts elsewhere that sign in here"),
    lambda user: SocialAccount.objects.filter(user=user),
    delete_rows,
)
leaving_step(
    "cms_tokens",
    gettext_lazy("Tokens for programs that edit pages"),
    lambda user: APIToken.objects.filter(user=user, revoked_at=None),
    lambda tokens, actor: tokens.update(revoked_at=timezone.now()),
)
leaving_step(
    "notices",
    gettext_lazy("Notifications that waited"),
    lambda user: StaffNotification.objects.filter(user=user, put_away_at=None),
    lambda notices, actor: notices.put_away(),
)
leaving_step(
    "role_grants",
    gettext_lazy("Roles that were asked for"),
    lambda user: RoleGrant.objects.waiting().filter(person=user),
    refuse_grants,
)
leaving_step("roles", gettext_lazy("Roles"), lambda user: User.groups.through.objects.filter(user=user), take_roles)


@dataclass(frozen=True, slots=True)
class Leaving:
    """What ends when one account's owner leaves, with how much of each there is."""

    person: User

    @property
    def steps(self) -> list[tuple[LeavingStep, int]]:
        """Return each step with the number of its rows, roles last."""
        steps = sorted(_steps.values(), key=lambda step: step.name == "roles")
        return [(step, step.rows_of(self.person).count()) for step in steps]

    @property
    def claims(self) -> int:
        """Return how many work items are open at the person."""
        return sum(model.objects.claimed().filter(claimed_by=self.person).count() for model in work_item_models())

    def assignments(self) -> list[WorkItem]:
        """Return the unclosed work items that the person is responsible for."""
        return [
            item for model in work_item_models() for item in model.objects.unclosed().named().assigned_to(self.person)
        ]

    @transaction.atomic
    def carry_out(self, actor: User, successor: User | None) -> dict[str, Any]:
        """End all of it and switch the account off; return the counts that the ledger's entry keeps.

        Rows are locked before the first entry of the ledger, whose end stays locked until the commit.
        """
        if reason := why_not_ended(actor, self.person):
            raise PermissionDenied(reason)
        person = User.objects.select_for_update().get(pk=self.person.pk)
        for model in work_item_models():
            theirs = model.objects.unclosed().assigned_to(person) | model.objects.unclosed().filter(claimed_by=person)
            list(theirs.select_for_update().order_by("pk").values_list("pk"))
        counts = {
            step.name: len(step.rows_of(person).select_for_update().values_list("pk")) for step in _steps.values()
        }
        counts |= {"claims": self.claims} | self.hand_work_over(actor, successor)
        for step, _number in self.steps:
            step.end(step.rows_of(person), actor)
        if person.is_active:
            post_account_mail(CLOSED_FOR_LEAVER, person.email, person)
        person.is_active = False
        person.set_unusable_password()
        person.save()
        record(ACCOUNT_LEFT, actor=actor, subject=person, to=successor.pk if successor else None, **counts)
        return counts

    def hand_work_over(self, actor, successor):
        """Release what is open at the person and make somebody else responsible; who may not read an item gets none."""
        handed, returned = 0, 0
        for model in work_item_models():
            model.objects.filter(claimed_by=self.person).update(claimed_by=None, claimed_until=None)
        for item in self.assignments():
            to = successor if successor and item.may_be_given_to(successor) else None
            item.assign(to, actor)
            handed, returned = handed + bool(to), returned + (not to)
        return {WORK_HANDED_OVER: handed, WORK_RETURNED: returned}


def why_not_ended(actor, person):
    """Return why somebody may not end what an account holds, or ''."""
    if actor == person:
        return _("Nobody ends their own account. Ask a colleague.")
    if person.is_superuser and not actor.is_superuser:
        return _("Only a superuser changes the account of a superuser.")
    return ""


def possible_successors(person):
    """Select the staff to whom work can be handed over."""
    staff = ModelBackend().with_perm(STAFF_AREA, is_active=True, include_superusers=False)
    return staff.exclude(pk=person.pk).order_by("last_name", "first_name", "pk")

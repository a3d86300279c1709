"""Who may do what: the roles with their permissions and their people, as they stand in the database."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import Group, Permission
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.auth import permission_required

from portal.accounts.conflicts import conflict_pairs
from portal.accounts.models import User
from portal.accounts.role_grants import GIVE_ROLES, RoleGrant, RoleGrantUnchanged, is_power


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role: what it may do in words, and who has it."""

    name: str
    permissions: list[str]
    people: list[User]
    needs_two: bool  # a second administrator confirms that somebody gets it


@require_safe
@permission_required(GIVE_ROLES)
def who_may_do_what(request):
    """List the roles, and the superusers, who may do everything."""
    people = User.objects.filter(is_active=True).order_by("last_name", "first_name", "pk")
    context = {
        "header": [{"url": "", "label": _("Who may do what")}],
        "grants": [
            (grant, grant.why_not_confirmed_by(request.user))
            for grant in RoleGrant.objects.waiting().select_related("person", "role", "asked_by")
        ],
        "conflicts": conflict_pairs(),
        "roles": role_rows(people),
        "superusers": people.filter(is_superuser=True),
    }
    return render(request, "portal/roles.html", context)


def role_rows(people):
    """Return a row for each role, in alphabetical order: three queries."""
    permissions = Permission.objects.select_related("content_type").order_by("content_type__app_label", "codename")
    groups = Group.objects.order_by("name").prefetch_related(
        Prefetch("permissions", permissions), Prefetch("user_set", people, to_attr="people")
    )
    return [role_row(group) for group in groups]


def role_row(group):
    """Return the row of a role whose permissions and people are loaded."""
    permissions = group.permissions.all()
    return RoleRow(group.name, [in_words(one) for one in permissions], group.people, any(map(is_power, permissions)))


def in_words(permission):
    """Return a permission as it goes on after “may”: “add page”, “read the audit ledger”."""
    return permission.name.removeprefix("Can ")


@require_POST
@permission_required(GIVE_ROLES)
def confirm_role(request, pk):
    """Give a role that another administrator has asked for."""
    return answer_grant(request, pk, RoleGrant.confirm, _("%(person)s has the role %(role)s now."))


@require_POST
@permission_required(GIVE_ROLES)
def refuse_role(request, pk):
    """Turn down that somebody gets a role, or take one's own wish back."""
    return answer_grant(request, pk, RoleGrant.refuse, _("%(person)s does not get the role %(role)s."))


def answer_grant(request, pk, answer, sentence):
    """Answer a grant in the name of the user, and say what came of it."""
    grant = get_object_or_404(RoleGrant.objects.select_related("person", "role", "asked_by"), pk=pk)
    try:
        answer(grant, request.user)
        messages.success(request, sentence % {"person": grant.person, "role": grant.role})
    except RoleGrantUnchanged as error:
        messages.error(request, str(error))
    return redirect("who_may_do_what")

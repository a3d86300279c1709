"""Who may do what: the roles with their permissions and their people, as they stand in the database."""

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db.models import Prefetch
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.auth import permission_required

from portal.accounts.models import User

SEE_ROLES = "portal.change_user"  # of those who give roles


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role: what it may do in words, and who has it."""

    name: str
    permissions: list[str]
    people: list[User]


@require_safe
@permission_required(SEE_ROLES)
def who_may_do_what(request):
    """List the roles, and the superusers, who may do everything."""
    people = User.objects.filter(is_active=True).order_by("last_name", "first_name", "pk")
    context = {
        "header": [{"url": "", "label": _("Who may do what")}],
        "roles": role_rows(people),
        "superusers": people.filter(is_superuser=True),
    }
    return render(request, "portal/roles.html", context)


def role_rows(people):
    """Return a row for each role, in alphabetical order: three queries."""
    permissions = Permission.objects.order_by("content_type__app_label", "codename")
    groups = Group.objects.order_by("name").prefetch_related(
        Prefetch("permissions", permissions), Prefetch("user_set", people, to_attr="people")
    )
    return [RoleRow(group.name, [in_words(one) for one in group.permissions.all()], group.people) for group in groups]


def in_words(permission):
    """Return a permission as it goes on after “may”: “add page”, “read the audit ledger”."""
    return permission.name.removeprefix("Can ")

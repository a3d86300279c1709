"""The lists and the forms of accounts and roles in the staff area."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.users.views.groups import CreateView, EditView, GroupViewSet
from wagtail.users.views.users import UserViewSet

from portal.accounts.forms import RoleForm, StaffUserCreationForm, StaffUserEditForm
from portal.accounts.ledger import permissions_on_places, record_permissions_on_places
from portal.accounts.powers import giver


class StaffUserViewSet(UserViewSet):
    """Wagtail's pages of accounts, with our forms."""

    def get_form_class(self, for_update=False):
        """Return the form for a new account, or for one that is changed."""
        return StaffUserEditForm if for_update else StaffUserCreationForm


class RecordedPermissionsMixin:
    """Writes to the ledger which permissions on pages and files a form gave or took: Wagtail saves them untold."""

    object: Any

    def process_form(self):
        """Save the role with its permissions and their entries in one transaction."""
        with transaction.atomic():
            before = permissions_on_places(self.object)
            response = super().process_form()  # type: ignore[misc]
            record_permissions_on_places(self.object, before)
        return response


class RoleCreateView(RecordedPermissionsMixin, CreateView):
    """A new role."""


class RoleEditView(RecordedPermissionsMixin, EditView):
    """A role that is changed, by who does not have it."""

    def dispatch(self, request, *args, **kwargs):
        """Lead away who has the role: permissions on pages, too, would be a gift to oneself."""
        if giver() and request.user.groups.filter(pk=self.kwargs["pk"]).exists():
            messages.error(request, _("You have this role yourself, so you do not change it. Ask a superuser."))
            return redirect("who_may_do_what")
        return super().dispatch(request, *args, **kwargs)


class RoleViewSet(GroupViewSet):
    """Wagtail's pages of roles, with our form and rules."""

    add_view_class = RoleCreateView
    edit_view_class = RoleEditView

    def get_form_class(self, for_update=False):
        """Return the form of a role."""
        return RoleForm

"""The list and the forms of accounts in the staff area."""

from wagtail.users.views.users import UserViewSet

from portal.accounts.forms import StaffUserCreationForm, StaffUserEditForm


class StaffUserViewSet(UserViewSet):
    """Wagtail's pages of accounts, with our forms."""

    def get_form_class(self, for_update=False):
        """Return the form for a new account, or for one that is changed."""
        return StaffUserEditForm if for_update else StaffUserCreationForm

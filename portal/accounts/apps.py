"""Wagtail's accounts with our pages."""

from wagtail.users.apps import WagtailUsersAppConfig


class StaffAccountsConfig(WagtailUsersAppConfig):
    """Tells Wagtail which pages of accounts to serve."""

    user_viewset = "portal.accounts.viewsets.StaffUserViewSet"

"""Wagtail's accounts with our pages."""

from wagtail.users.apps import WagtailUsersAppConfig

POWERS_OF_ADMINISTRATORS = (  # who gives roles could give any other power
    *(f"portal.{verb}_user" for verb in ("add", "change", "delete")),
    *(f"auth.{verb}_group" for verb in ("add", "change", "delete")),
)


class StaffAccountsConfig(WagtailUsersAppConfig):
    """Tells Wagtail which pages of accounts to serve."""

    user_viewset = "portal.accounts.viewsets.StaffUserViewSet"
    group_viewset = "portal.accounts.viewsets.RoleViewSet"

    def ready(self):
        """Keep the rules about accounts, write the ledger's entries, register what accounts are written."""
        from allauth.account.signals import password_changed, password_set
        from allauth.mfa.signals import authenticator_added

        from portal.accounts import mails  # noqa: F401  (registers the messages)
        from portal.accounts.addresses import connect_addresses
        from portal.accounts.ledger import connect_ledger
        from portal.accounts.middleware import on_second_factor_added
        from portal.accounts.powers import connect_powers
        from portal.accounts.role_grants import power_over_texts
        from portal.accounts.stored import connect_stored
        from portal.accounts.weak_password import forget_weak_password

        super().ready()
        power_over_texts(*POWERS_OF_ADMINISTRATORS)
        connect_stored()
        connect_powers()
        connect_ledger()
        connect_addresses()
        for signal in (password_changed, password_set):
            signal.connect(forget_weak_password, dispatch_uid="portal.accounts.weak_password")
        authenticator_added.connect(on_second_factor_added, dispatch_uid="portal.accounts.second_factor_added")

"""The site itself."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Accounts, the agency's name and look, standing pages."""

    name = "portal"

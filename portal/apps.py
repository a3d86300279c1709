"""The site itself."""

from django.apps import AppConfig
from django.db.models.signals import post_save


class PortalConfig(AppConfig):
    """Accounts, the agency's name and look, standing pages."""

    name = "portal"

    def ready(self):
        """Show a changed name or page at once in the process that changed it."""
        from portal.agency.branding import forget_branding
        from portal.models import Agency, ContentPage

        for model in (Agency, ContentPage):
            post_save.connect(forget_branding, sender=model, dispatch_uid="portal.branding")

"""The site itself."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Accounts, the agency's name and look, standing pages."""

    name = "portal"

    def ready(self):
        """Show a changed name or page at once in the process that changed it; hear of bounces and send e-mail."""
        from portal.agency import navigation
        from portal.agency.branding import forget_branding
        from portal.models import Agency, ContentPage
        from portal.outbox import bounces, smtp  # noqa: F401  (registers the transport)

        navigation.add_to_footer(_("Open data"), "api_documentation", order=20)
        navigation.add_to_footer(_("For staff"), "wagtailadmin_home", order=30)
        for model in (Agency, ContentPage):
            post_save.connect(forget_branding, sender=model, dispatch_uid="portal.branding")
        if apps.is_installed("anymail"):
            from anymail.signals import tracking

            tracking.connect(bounces.note_event, dispatch_uid="portal.outbox.bounces")

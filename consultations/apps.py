"""What is asked, and what citizens gave."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    """Consultations and the submissions to them."""

    name = "consultations"

    def ready(self):
        """Add the list to the main menu, and let the packages subscribe to events."""
        from consultations.events import register_subscribers
        from portal import slots
        from portal.agency import navigation

        slots.fill_url("consultations", "consultations:list")
        navigation.add_to_menu(_("Consultations"), "consultations:list", order=10)
        register_subscribers()

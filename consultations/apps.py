"""What is asked, and what citizens gave."""

from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    """Consultations and the submissions to them."""

    name = "consultations"

    def ready(self):
        """Let the packages subscribe to events."""
        from consultations.events import register_subscribers

        register_subscribers()

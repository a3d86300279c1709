"""What is asked, and what citizens gave."""

from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    """Consultations and the submissions to them."""

    name = "consultations"

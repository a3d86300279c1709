"""What officers find and take away."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The index of submissions and the officers' desk."""

    name = "search"

"""What officers find and take away."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The index of submissions, the officers' desk, what they take away, and what programs may read."""

    name = "search"

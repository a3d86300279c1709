"""What officers find and take away."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The index of submissions, the officers' desk, what they take away, and what programs may read."""

    name = "search"

    def ready(self):
        """Show the privacy officer the way to the search in sealed originals."""
        from portal import slots

        slots.fill_url("privacy.search", "sealed_search")

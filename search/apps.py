"""The app of search: index, desk, exports, officers' API."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The index of submissions, the officers' desk, exports and the officers' API."""

    name = "search"

    def ready(self):
        """Register what officers are written, and fill the slot for the link to the search in sealed originals."""
        from portal import slots
        from search.desk import alerts  # noqa: F401

        slots.fill_url("privacy.search", "sealed_search")

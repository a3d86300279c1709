"""The app of search: index, desk, exports, officers' API."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The index of submissions, the officers' desk, exports and the officers' API."""

    name = "search"

    def ready(self):
        """Fill the slot for the link to the search in sealed originals."""
        from portal import slots

        slots.fill_url("privacy.search", "sealed_search")

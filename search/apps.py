"""The app of search: index, desk, exports, officers' API."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class SearchConfig(AppConfig):
    """The index of submissions, the officers' desk, exports and the officers' API."""

    name = "search"

    def ready(self):
        """Register what officers are written and what ends when one leaves; fill the slot of the sealed search."""
        from portal import slots
        from portal.accounts.leaving import leaving_step
        from portal.agency import navigation
        from portal.crawlers import exclusions
        from search.desk import alerts  # noqa: F401
        from search.desk.reading import what_came_of_reading
        from search.models.token import ApiToken, revoke_all

        leaving_step(
            "tokens",
            gettext_lazy("Tokens for their own tools"),
            lambda user: ApiToken.objects.filter(owner=user, revoked_at=None),
            revoke_all,
        )
        slots.fill("receipt.read", "search/_receipt_read.html", what_came_of_reading)
        navigation.add_to_menu(gettext_lazy("Search"), "search:public_search", order=40)
        exclusions.exclude("/search/")
        slots.fill_url("privacy.search", "sealed_search")
        slots.fill_url("privacy.disclosure", "disclosure")

"""The place of replays and of the rules at work in the Wagtail admin: addresses, menu."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from moderation.views import replay, rule_performance
from moderation.viewsets import MENU
from portal.staff.menu import PermittedMenuItem


@hooks.register("register_admin_urls")
def register_replays():
    """Put replays under the admin's address."""
    return [
        path("replays/", replay.replays, name="replays"),
        path("replays/start/", replay.replay_start, name="replay_start"),
        path("replays/<int:pk>/", replay.replay, name="replay"),
        path("replays/<int:pk>/progress/", replay.replay_progress, name="replay_progress"),
        path("replays/<int:pk>/cancel/", replay.replay_cancel, name="replay_cancel"),
        path("rules-at-work/", rule_performance.rules_at_work, name="rules_at_work"),
    ]


@hooks.register(MENU)
def register_rules_item():
    """Add the rules at work to what leads keep."""
    return PermittedMenuItem(
        _("Rules at work"),
        reverse("rules_at_work"),
        name="rules",
        icon_name="glasses",
        order=6,
        permission=replay.PUBLISH,
    )


@hooks.register(MENU)
def register_replays_item():
    """Add the replays to what leads keep."""
    return PermittedMenuItem(
        _("Replays"), reverse("replays"), name="replays", icon_name="history", order=7, permission=replay.PUBLISH
    )

"""The house rules' place in the Wagtail admin: addresses, menu, the draft's editor."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from moderation.models import PolicyDraft
from moderation.views import policy
from moderation.views.policy_editor import DraftPermissionPolicy, PolicyDraftViewSet, without_publishing
from moderation.viewsets import MENU
from portal.staff.menu import PermittedMenuItem

register_permission_policy(PolicyDraft, DraftPermissionPolicy(PolicyDraft))
register_snippet(PolicyDraftViewSet)
hooks.register("construct_snippet_action_menu", without_publishing)


@hooks.register("register_admin_urls")
def register_policy():
    """Put the house rules under the admin's address."""
    return [
        path("policy/", policy.policy_home, name="policy_home"),
        path("policy/start/", policy.policy_start, name="policy_start"),
        path("policy/import/", policy.policy_import, name="policy_import"),
        path("policy/<int:pk>/approval/", policy.policy_approval, name="policy_approval"),
        path("policy/<int:pk>/policy.toml", policy.policy_export, name="policy_export"),
        path("policy/versions/<int:number>/policy.toml", policy.policy_export_version, name="policy_export_version"),
    ]


@hooks.register(MENU)
def register_policy_item():
    """Add the house rules to what leads keep."""
    return PermittedMenuItem(
        _("House rules"), reverse("policy_home"), name="policy", icon_name="list-ol", order=5, permission=policy.CHANGE
    )

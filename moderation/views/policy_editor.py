"""The editor of the draft: Wagtail's, with our check list, and without a way round the approval."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel, TabbedInterface
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import EditView, SnippetViewSet, WorkflowActionView

from moderation.models import PolicyDraft
from moderation.models.approval import checks

ONLY_BY_APPROVAL = {"publish", "add", "delete"}  # the draft is made by our own buttons, and stays


class DraftPermissionPolicy(ModelPermissionPolicy):
    """What the roles say, except that nobody publishes without approval, administrators included."""

    def user_has_permission(self, user, action):
        """Return whether the person may."""
        return action not in ONLY_BY_APPROVAL and super().user_has_permission(user, action)

    def users_with_any_permission(self, actions):
        """Return who may do at least one of these."""
        return super().users_with_any_permission(set(actions) - ONLY_BY_APPROVAL)


class ChecksPanel(Panel):
    """The check list, as the draft was saved last."""

    class BoundPanel(Panel.BoundPanel):
        """The check list of one draft."""

        template_name = "moderation/_policy_checks_panel.html"

        def get_context_data(self, parent_context=None):
            """Add the checks and the way to the approval."""
            context = super().get_context_data(parent_context)
            saved = PolicyDraft.objects.filter(pk=self.instance.pk).first()
            draft = saved.get_latest_revision_as_object() if saved else None
            return context | {"checks": checks(draft) if draft else [], "draft": draft}


class PolicyEditView(EditView):
    """Edit the draft."""

    @property
    def header_more_buttons(self):
        """Add the ways to the other pages of the house rules."""
        approval = reverse("policy_approval", args=[self.object.pk])
        export = reverse("policy_export", args=[self.object.pk])
        return [
            Button(_("Check list and approval"), approval, icon_name="success", priority=10),
            Button(_("Export as a file"), export, icon_name="download", priority=20),
            Button(_("All versions"), reverse("policy_home"), icon_name="history", priority=30),
            *super().header_more_buttons,
        ]


class PolicyWorkflowActionView(WorkflowActionView):
    """Lead to the page where a draft is approved with its check list in view."""

    def setup(self, request, *args, **kwargs):
        """Look nothing up: the other page does."""
        View.setup(self, request, *args, **kwargs)

    def dispatch(self, request, *args, **kwargs):
        """Decide nothing here."""
        messages.info(request, _("A draft is approved on this page, beside its check list."))
        return redirect("policy_approval", kwargs["pk"])


class PolicyDraftViewSet(SnippetViewSet):
    """The draft in the Wagtail admin; our own page of the house rules leads to it."""

    model = PolicyDraft
    icon = "list-ol"
    menu_item_is_registered = True  # not among other snippets
    copy_view_enabled = False
    edit_view_class = PolicyEditView
    workflow_action_view_class = PolicyWorkflowActionView
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    ChecksPanel(heading=_("What stands in the way"), attrs={"id": "checks"}),
                    FieldPanel("title"),
                    FieldPanel("introduction"),
                    FieldPanel("emergency"),
                    MultiFieldPanel(
                        [
                            FieldPanel("summary"),
                            FieldRowPanel([FieldPanel("effective_from"), FieldPanel("language")]),
                        ],
                        heading=_("This version"),
                    ),
                    FieldPanel("sections"),
                ],
                heading=_("The page"),
            ),
            ObjectList([FieldPanel("clauses")], heading=_("Clauses")),
            ObjectList([FieldPanel("rules")], heading=_("Rules")),
        ]
    )


def without_publishing(menu_items, request, context):
    """Take the buttons out of the draft's menu that would lead nowhere."""
    if context.get("model") is PolicyDraft:
        menu_items[:] = [item for item in menu_items if item.name not in ("action-publish", "action-unpublish")]

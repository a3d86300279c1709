"""What leads enter by hand, as lists in the Wagtail admin: caretaker periods, and requests from outside.

An entry can be put right, and never deleted; the audit ledger says who entered and who changed it.
"""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from moderation.models import CaretakerPeriod, ExternalRequest
from moderation.restrictions.forms import ExternalRequestForm
from portal.audit import record

MENU = "register_moderation_menu_item"  # what belongs into the admin's menu under Moderation


class Entered(CreateView):
    """Enter something; the server notes who did, here and in the audit ledger."""

    def save_instance(self):
        """Save it, and record it last in the transaction."""
        self.form.instance.entered_by = self.request.user
        entry = super().save_instance()
        record(f"{entry._meta.model_name}.entered", actor=self.request.user, subject=entry)
        return entry


class Changed(EditView):
    """Change an entry; which fields stands in the audit ledger."""

    def save_instance(self):
        """Save it, and record it last in the transaction."""
        entry = super().save_instance()
        fields = sorted(self.form.changed_data)
        record(f"{entry._meta.model_name}.changed", actor=self.request.user, subject=entry, fields=fields)
        return entry


class KeptPolicy(ModelPermissionPolicy):
    """Who may do what with an entry: as the roles say, but nobody deletes one."""

    def user_has_permission(self, user, action):
        """Refuse to delete, to everybody."""
        return action != "delete" and super().user_has_permission(user, action)


for model in (CaretakerPeriod, ExternalRequest):
    register_permission_policy(model, KeptPolicy(model))


class EnteredViewSet(SnippetViewSet):
    """A list that leads keep, under Moderation in the menu."""

    add_view_class = Entered
    edit_view_class = Changed
    copy_view_enabled = False
    menu_hook = MENU


class CaretakerPeriodViewSet(EnteredViewSet):
    """The weeks before elections."""

    model = CaretakerPeriod
    icon = "date"
    menu_order = 20
    list_display = ["title", "starts_at", "ends_at", "entered_by"]
    ordering = ["-starts_at"]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
            FieldPanel("notice"),
        ]
    )


class ExternalRequestViewSet(EnteredViewSet):
    """The register of what people in power or with a lawyer asked us to remove; everybody can read it."""

    model = ExternalRequest
    icon = "mail"
    menu_order = 30
    list_display = ["__str__", "about", "outcome", "answered_on", "entered_by"]
    list_filter = {"asked_by": ["exact"], "outcome": ["exact"], "asked_on": ["gte", "lte"]}
    search_fields = ["about", "basis", "answer"]
    ordering = ["-asked_on", "-id"]
    list_export = ["asked_on", "asked_by", "about", "basis", "outcome", "answer", "answered_on"]
    export_filename = "requests-from-outside"
    edit_handler = ObjectList(
        [
            HelpPanel(template="moderation/_request_help.html"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("asked_on"), FieldPanel("asked_by")]),
                    FieldPanel("about"),
                    FieldPanel("basis"),
                    FieldPanel("reference"),
                ],
                heading=_("What was asked"),
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("outcome"), FieldPanel("answered_on")]), FieldPanel("answer")],
                heading=_("What we did"),
            ),
        ],
        base_form_class=ExternalRequestForm,
    )

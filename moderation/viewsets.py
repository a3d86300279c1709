"""What leads enter by hand, as lists in the Wagtail admin: caretaker periods, and requests from outside."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.permissions import register_permission_policy

from moderation.models import CaretakerPeriod, ExternalRequest
from moderation.restrictions.forms import ExternalRequestForm
from portal.staff.entered import EnteredViewSet, KeptPolicy

MENU = "register_moderation_menu_item"  # what belongs into the admin's menu under Moderation


for model in (CaretakerPeriod, ExternalRequest):
    register_permission_policy(model, KeptPolicy(model))


class LeadsViewSet(EnteredViewSet):
    """A list that leads keep, under Moderation in the menu."""

    menu_hook = MENU


class CaretakerPeriodViewSet(LeadsViewSet):
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


class ExternalRequestViewSet(LeadsViewSet):
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

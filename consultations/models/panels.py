"""The panels of the editor's form of a consultation."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.models import Page

from portal.staff.sign_off_panel import SignOffPanel

PICTURE_FIELDS = ("illustration", "illustration_alt", "illustration_decorative")


def consultation_panels():
    """Return the form's tabs with their fields."""
    return TabbedInterface(
        [
            ObjectList(text_panels(), heading=_("Text")),
            ObjectList(taking_part_panels(), heading=_("Taking part")),
            ObjectList(
                [
                    HelpPanel(_("Once somebody has answered a question, its words, kind and choices stay.")),
                    InlinePanel("questions", heading=_("Questions"), label=_("Question")),
                ],
                heading=_("Questionnaire"),
            ),
            ObjectList(
                [
                    HelpPanel(template="consultations/_terms_help.html"),
                    InlinePanel("stated_terms", heading=_("Terms, for each way of taking part"), label=_("Terms")),
                ],
                heading=_("Consent"),
            ),
            ObjectList([FieldPanel("outcome")], heading=_("Outcome")),
            ObjectList(Page.promote_panels, heading=_("Promote")),
        ]
    )


def text_panels():
    """Return what people read."""
    return [
        HelpPanel(template="consultations/_edit_help.html"),
        SignOffPanel(heading=_("What stands in the way"), attrs={"id": "sign-off"}),
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel(name) for name in PICTURE_FIELDS], heading=_("Picture")),
        FieldPanel("topics"),
        FieldPanel("body"),
        FieldPanel("change_note"),
    ]


def taking_part_panels():
    """Return when and how people take part, and who answers."""
    others = ("answer_due", "answering", "modes", "moderation", "captcha")
    return [FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]), *map(FieldPanel, others)]

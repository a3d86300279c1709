"""Standing pages, such as about, accessibility and privacy."""

from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.blocks import StaticBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page

from portal.agency.rich_text import StaffTextBlock
from portal.http.page_cache import public_page
from portal.staff.page_forms import StaffPageForm
from portal.staff.sign_off_panel import SignOffPanel

PERIODS_HELP = _("A list that is made from the periods of the privacy officers' page, and changes with them.")
RICH_TEXT = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class ContentPage(Page):
    """A standing page of text."""

    body = StreamField(
        [
            ("text", StaffTextBlock(features=RICH_TEXT, label=_("Text"))),
            ("image", ImageBlock(label=_("Picture"))),
            ("periods", StaticBlock(label=_("How long data is kept"), admin_text=PERIODS_HELP, icon="history")),
        ],
        verbose_name=_("text"),
    )

    template = "portal/content_page.html"
    base_form_class = StaffPageForm
    content_panels = [SignOffPanel(heading=_("What stands in the way")), *Page.content_panels, FieldPanel("body")]
    subpage_types = ["portal.ContentPage"]

    class Meta:
        verbose_name = _("standing page")

    @method_decorator(public_page())
    def serve(self, request, *args, **kwargs):
        return super().serve(request, *args, **kwargs)

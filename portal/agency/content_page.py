"""Standing pages, such as about, accessibility and privacy."""

from django.urls import resolve
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
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
HOME_DEPTH = 2  # of a home page in Wagtail's tree
RICH_TEXT = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class ContentPageForm(StaffPageForm):
    """The form of a standing page, which refuses an address at which something else answers."""

    def clean(self):
        """Refuse a new slug directly below the home page that is the site's own: nobody would see the page."""
        cleaned = super().clean()
        slug = cleaned.get("slug")
        if slug and slug != self.initial.get("slug") and self.parent_page.depth == HOME_DEPTH and is_own_address(slug):
            self.add_error("slug", gettext("The site has a page of its own at this address. Choose another one."))
        return cleaned


def is_own_address(slug):
    """Return whether the site itself answers at an address, or right below it."""
    return any(resolve(path).url_name != "wagtail_serve" for path in (f"/{slug}/", f"/{slug}/below/"))


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
    base_form_class = ContentPageForm
    content_panels = [SignOffPanel(heading=_("What stands in the way")), *Page.content_panels, FieldPanel("body")]
    subpage_types = ["portal.ContentPage"]

    class Meta:
        verbose_name = _("standing page")

    @method_decorator(public_page())
    def serve(self, request, *args, **kwargs):
        return super().serve(request, *args, **kwargs)

"""The staff area as a whole: its style, its first page, help, and what keeps the site running."""

from django.db import models
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateInput, AdminDateTimeInput

from portal.accounts import wagtail_hooks as _accounts  # noqa: F401
from portal.agency.days import StoredDayField, StoredMomentField
from portal.agency.visible_text import VisibleTextField
from portal.audit import wagtail_hooks as _audit  # noqa: F401  (Wagtail looks for hooks in this file only)
from portal.casework import home as _casework  # noqa: F401
from portal.media.documents import refuse_unpublished_document
from portal.outbox import wagtail_hooks as _outbox  # noqa: F401
from portal.staff import health, home, page_changes, preferences, style_guide
from portal.staff.menu import REPORTS_MENU, MenuEntry
from portal.staff.notifications import wagtail_hooks as _notifications  # noqa: F401
from portal.staff.registration import staff_page, staff_permissions

STYLESHEETS = ("portal/tokens.css", "portal/staff.css")
HEALTH_ENTRY = MenuEntry(_("How the site runs"), "cogs", (health.SEE_HEALTH,), order=60, menu=REPORTS_MENU)

# Every form of the CMS, Wagtail's own columns among them: a page that goes live in the year 9999 breaks lists, and one
# whose title shows nothing cannot be opened from them.
CMS_FIELDS: list[tuple[type[models.Field], dict[str, type], bool]] = [  # column, its field, subclasses left out
    (models.DateField, {"form_class": StoredDayField, "widget": AdminDateInput}, False),
    (models.DateTimeField, {"form_class": StoredMomentField, "widget": AdminDateTimeInput}, False),
    (models.CharField, {"form_class": VisibleTextField}, True),
    (models.TextField, {"form_class": VisibleTextField, "widget": AdminAutoHeightTextInput}, True),
]
for _column, _field, _exact in CMS_FIELDS:
    register_form_field_override(_column, override=_field, exact_class=_exact)
hooks.register("before_serve_document", refuse_unpublished_document)
hooks.register("construct_homepage_panels", home.construct_home)
hooks.register("construct_homepage_summary_items", lambda _request, items: items.clear())
hooks.register("before_edit_page", page_changes.refuse_action_of_autosave)
staff_page("health/", health.site_health, "site_health", menu=HEALTH_ENTRY)
staff_page("shortcuts/", preferences.switch_shortcuts, "staff_shortcuts")
staff_page("style/", style_guide.staff_style, "staff_style")
staff_permissions(health.SEE_HEALTH)


@hooks.register("construct_help_menu")
def keep_own_help(_request, items):
    """Take the links to Wagtail's manuals out of the help menu: each page of ours carries its own help."""
    items[:] = [item for item in items if item.name == "keyboard-shortcuts-trigger"]


@hooks.register("insert_global_admin_css")
def staff_css():
    """Add the tokens and the components of our own pages."""
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(name),) for name in STYLESHEETS))

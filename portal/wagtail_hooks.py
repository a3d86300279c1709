"""The agency's name in the staff area."""

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks

from portal.audit import wagtail_hooks as _audit  # noqa: F401  (Wagtail looks for hooks in this file only)
from portal.outbox import wagtail_hooks as _outbox  # noqa: F401


@hooks.register("insert_global_admin_css")
def agency_css():
    """Add the style of the agency's name."""
    return format_html('<link rel="stylesheet" href="{}">', static("portal/admin.css"))

"""The ledger in the Wagtail admin: URL, menu entry, permission."""

from django.contrib.auth.models import Permission
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from portal.audit import views
from portal.staff.menu import PermittedMenuItem


@hooks.register("register_admin_urls")
def register_audit():
    """Register the URL of the ledger."""
    return [path("audit/", views.audit, name="audit")]


@hooks.register("register_reports_menu_item")
def register_report():
    """Add the ledger to the reports menu."""
    return PermittedMenuItem(
        _("Audit ledger"),
        reverse("audit"),
        name="audit",
        icon_name="history",
        order=50,
        permission=views.READ_AUDIT_PERMISSION,
    )


@hooks.register("register_permissions")
def register_permission():
    """Offer the permission in the group settings."""
    return Permission.objects.filter(content_type__app_label="portal", codename="read_audit")

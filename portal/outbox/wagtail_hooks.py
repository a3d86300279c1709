"""The outbox's place in the Wagtail admin: addresses, menu, permission."""

from django.contrib.auth.models import Permission
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from portal.outbox import views
from portal.staff.menu import PermittedMenuItem


@hooks.register("register_admin_urls")
def register_outbox():
    """Put the outbox under the admin's address."""
    return [
        path("outbox/", views.outbox, name="outbox"),
        path("outbox/again/", views.try_all_again, name="outbox_all_again"),
        path("outbox/<int:message_id>/again/", views.try_again, name="outbox_again"),
        path("outbox/addresses/", views.addresses, name="outbox_addresses"),
        path("outbox/addresses/<int:address_id>/forget/", views.forget_bounce, name="outbox_forget"),
    ]


@hooks.register("register_reports_menu_item")
def register_outbox_item():
    """Add the outbox to the reports."""
    return PermittedMenuItem(
        _("Outbox"), reverse("outbox"), name="outbox", icon_name="mail", order=60, permission=views.MANAGE_OUTBOX
    )


@hooks.register("register_permissions")
def register_outbox_permission():
    """Offer the permission in the groups' settings."""
    return Permission.objects.filter(content_type__app_label="portal", codename="manage_outbox")

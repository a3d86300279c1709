"""Wagtail hooks of the outbox: URLs, menu items and permissions."""

from django.utils.translation import gettext_lazy as _

from portal.outbox import views
from portal.staff.menu import REPORTS_MENU, MenuEntry
from portal.staff.registration import staff_page, staff_permissions

OUTBOX_ENTRY = MenuEntry(_("Outbox"), "mail", (views.MANAGE_OUTBOX,), order=60, menu=REPORTS_MENU)

staff_page("outbox/", views.outbox, "outbox", menu=OUTBOX_ENTRY)
staff_page("outbox/again/", views.try_all_again, "outbox_all_again")
staff_page("outbox/<int:message_id>/again/", views.try_again, "outbox_again")
staff_page("outbox/addresses/", views.addresses, "outbox_addresses")
staff_page("outbox/addresses/<int:address_id>/forget/", views.forget_bounce, "outbox_forget")
staff_permissions(views.MANAGE_OUTBOX)

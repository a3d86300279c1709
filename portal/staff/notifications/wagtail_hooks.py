"""Wagtail hooks of notifications: the page, its place in the menu, and the panel of the first page."""

from django.utils.translation import gettext_lazy as _

from portal.staff.menu import MenuEntry
from portal.staff.notifications import (
    home,  # noqa: F401  (it registers its panel)
    views,
)
from portal.staff.notifications.kinds import ENTER_STAFF_AREA
from portal.staff.registration import staff_page

NOTIFICATIONS_ENTRY = MenuEntry(_("My notifications"), "mail", (ENTER_STAFF_AREA,), order=9000)

staff_page("notifications/", views.my_notifications, "my_notifications", menu=NOTIFICATIONS_ENTRY)
staff_page("notifications/<int:pk>/put-away/", views.put_away, "notification_put_away")

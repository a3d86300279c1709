"""Entries of the staff area's menu."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from wagtail.admin.menu import MenuItem

MAIN_MENU = "register_admin_menu_item"
REPORTS_MENU = "register_reports_menu_item"


class PermittedMenuItem(MenuItem):
    """An entry that is shown to those who have a permission; `badge` counts what waits behind it."""

    def __init__(self, *args, permissions, badge=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.permissions, self.badge = permissions, badge

    def is_shown(self, request):
        """Show it to those who have one of the permissions."""
        return any(map(request.user.has_perm, self.permissions))

    def render_component(self, request):
        """Add the number of what waits, if there is any."""
        component = super().render_component(request)
        if self.badge and (waiting := self.badge(request.user)):
            component.label = f"{component.label} ({waiting})"
        return component


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """Where a page stands in the menu, and who sees it there: whoever has one of the permissions.

    The view itself decides who may open the page.
    """

    label: str | Promise
    icon: str
    permissions: tuple[str, ...]
    order: int = 1000
    menu: str = MAIN_MENU  # the hook of the menu that it belongs to
    name: str = ""  # in the menu's HTML, where it differs from the address's name
    badge: object = None  # a function of the user: how much waits

    def item(self, url_name):
        """Return the menu item that leads to an address."""
        return PermittedMenuItem(
            self.label,
            reverse(url_name),
            name=self.name or url_name,
            icon_name=self.icon,
            order=self.order,
            permissions=self.permissions,
            badge=self.badge,
        )

"""How a package puts its pages and permissions into the staff area: called from its `wagtail_hooks`."""

from django.contrib.auth.models import Permission
from django.db.models import Q
from django.urls import path
from wagtail import hooks


def staff_page(route, view, name, *, menu=None):
    """Serve a view under the staff area's address; with a MenuEntry, add it to the menu."""
    hooks.register("register_admin_urls", lambda: [path(route, view, name=name)])
    if menu:
        hooks.register(menu.menu, lambda: menu.item(name))


def staff_permissions(*permissions):
    """Offer permissions, such as "portal.read_audit", in the settings of the groups."""
    wanted = Q()
    for permission in permissions:
        label, codename = permission.split(".")
        wanted |= Q(content_type__app_label=label, codename=codename)
    hooks.register("register_permissions", lambda: Permission.objects.filter(wanted))

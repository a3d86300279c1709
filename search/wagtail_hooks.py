"""The desk's place in the Wagtail admin: addresses, menu, permissions."""

from django.contrib.auth.models import Permission
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from search import views
from search.scope import EXPORT, SEARCH, UNPUBLISHED


@hooks.register("register_admin_urls")
def register_desk():
    """Put the desk under the admin's address."""
    return [
        path("desk/", views.index, name="desk"),
        *(
            path(f"desk/export/{ending}/", views.export, {"ending": ending}, f"desk_{ending}")
            for ending in views.WRITERS
        ),
        path("desk/<slug:reference>/", views.submission, name="desk_submission"),
    ]


class DeskMenuItem(MenuItem):
    """The way to the desk."""

    def is_shown(self, request):
        """Show it to those who may search."""
        return request.user.has_perm(SEARCH)


@hooks.register("register_admin_menu_item")
def register_menu_item():
    """Add the desk to the menu."""
    return DeskMenuItem(_("Desk"), reverse("desk"), name="desk", icon_name="search", order=210)


@hooks.register("register_permissions")
def register_permissions():
    """Offer the desk's permissions in the groups' settings."""
    names = [permission.partition(".")[2] for permission in (SEARCH, UNPUBLISHED, EXPORT)]
    return Permission.objects.filter(content_type__app_label="consultations", codename__in=names)

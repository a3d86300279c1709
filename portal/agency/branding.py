"""Template context of every page: the agency's name and look, the menu and the footer."""

from django.core.cache import cache
from django.utils.functional import SimpleLazyObject

from portal.agency import navigation
from portal.agency.content_page import ContentPage
from portal.agency.models import Agency
from portal.http import freshness

BRANDING = freshness.derived("branding")
BRANDING_SECONDS = 10  # delay until another process shows a changed name or colour on staff pages


def footer_links():
    """Return the standing pages that have "show in menus" set."""
    pages = ContentPage.objects.live().in_menu().order_by("path")
    return [{"title": page.title, "url": page.url} for page in pages.only("title", "url_path", "path", "locale")]


def read_branding():
    """Read the agency's names, logo, colour, contact address and standing pages."""
    agency = Agency.objects.select_related("logo").first() or Agency()
    return {
        "name": agency.name,
        "short_name": agency.short_name,
        "logo": agency.logo,
        "accent": agency.accent,
        "contact_email": agency.contact_email,
        "footer_links": footer_links(),
    }


def branding():
    """Return the branding, cached for `BRANDING_SECONDS`."""
    return cache.get_or_set(BRANDING, read_branding, BRANDING_SECONDS)


def forget_branding(**_signal):
    """Drop the cached branding after a change."""
    cache.delete(BRANDING)


def site(request):
    """Context processor: the branding and the menu, read lazily when a template uses them."""
    return {
        "branding": SimpleLazyObject(branding),
        "menu": SimpleLazyObject(lambda: navigation.menu(request.path)),
        "footer": SimpleLazyObject(navigation.footer),
    }

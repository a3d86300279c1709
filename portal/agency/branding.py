"""What every page shows: the agency's name and look, the menu, the footer."""

from django.core.cache import cache
from django.utils.functional import SimpleLazyObject

from portal.agency import navigation
from portal.agency.content_page import ContentPage
from portal.agency.models import Agency
from portal.http import freshness

BRANDING = freshness.derived("branding")
BRANDING_SECONDS = 10  # that a changed name or colour may take to reach a staff page of another process


def footer_links():
    """Return the standing pages that the editor shows in menus."""
    pages = ContentPage.objects.live().in_menu().order_by("path")
    return [{"title": page.title, "url": page.url} for page in pages.only("title", "url_path", "path", "locale")]


def read_branding():
    """Read the agency's name, logo, colour, contact address and standing pages."""
    agency = Agency.objects.select_related("logo").first() or Agency()
    return {
        "name": agency.name,
        "logo": agency.logo,
        "accent": agency.accent,
        "contact_email": agency.contact_email,
        "footer_links": footer_links(),
    }


def branding():
    """Return the branding, read anew every few seconds at most."""
    return cache.get_or_set(BRANDING, read_branding, BRANDING_SECONDS)


def forget_branding(**_signal):
    """Read the branding anew: somebody has changed it."""
    cache.delete(BRANDING)


def site(request):
    """Give templates the agency and the menu; nothing is read until a template asks."""
    return {
        "branding": SimpleLazyObject(branding),
        "menu": SimpleLazyObject(lambda: navigation.menu(request.path)),
        "footer": SimpleLazyObject(navigation.footer),
    }

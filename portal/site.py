"""What every page shows: the agency's name and look, the menu, the footer."""

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from portal.models import Agency, ContentPage


def menu(request):
    """Return the main menu, with the current place marked."""
    places = [
        (_("Consultations"), reverse("consultations:list")),
        (_("House rules"), reverse("moderation:policy")),
    ]
    return [{"title": title, "url": url, "current": request.path.startswith(url)} for title, url in places]


def footer_links(request):
    """Return the standing pages that the editor shows in menus."""
    return [
        {"title": page.title, "url": page.get_url(request)}
        for page in ContentPage.objects.live().in_menu().only("title", "url_path", "path").order_by("path")
    ]


def branding(request):
    """Return the agency's name, logo, contact address and standing pages."""
    agency = Agency.load(request_or_site=request)
    return {
        "name": agency.name,
        "logo": agency.logo,
        "accent": agency.accent,
        "contact_email": agency.contact_email,
        "footer_links": footer_links(request),
    }


def site(request):
    """Give templates the agency and the menu; nothing is read until a template asks."""
    return {
        "branding": SimpleLazyObject(lambda: branding(request)),
        "menu": SimpleLazyObject(lambda: menu(request)),
    }

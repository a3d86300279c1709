"""The sitemap: which public pages there are. A package adds sections and single pages in its `AppConfig.ready`."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse
from wagtail.models import Site

from portal.agency.content_page import ContentPage

SITEMAP_ADDRESSES = 5_000  # of one file; the protocol allows 50,000, but crawlers fetch the whole file each time


class SiteSitemap(Sitemap[Any]):
    """A section of the sitemap, under the address that citizens type; an anonymous visitor may open each page of it."""

    limit = SITEMAP_ADDRESSES
    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        """Return the host of the site's own address, by whichever name somebody asks."""
        return urlsplit(settings.SITE_URL).netloc

    def get_latest_lastmod(self):
        """Return nothing: Django would read every page of every section to date the index."""
        return


class SinglePagesSitemap(SiteSitemap):
    """Pages that are no rows, such as the list of consultations."""

    def items(self):
        """Return their addresses."""
        return sorted(reverse(view_name, args=args) for view_name, args in _single_pages)

    def location(self, address):
        return address


class ContentPagesSitemap(SiteSitemap):
    """The standing pages that everybody may open."""

    def items(self):
        """Select the pages below the home page; Wagtail answers at no address for any other."""
        home = Site.objects.select_related("root_page").get(is_default_site=True).root_page
        return ContentPage.objects.live().public().descendant_of(home).defer("body").order_by("path")

    def location(self, page):
        return page.get_url_parts()[2]

    def lastmod(self, page):
        return page.last_published_at


_single_pages: set[tuple[str, tuple[str, ...]]] = {("api_documentation", ())}
sections: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {
    "single-pages": SinglePagesSitemap,
    "pages": ContentPagesSitemap,
}


def add_section(name: str, sitemap: type[SiteSitemap]) -> None:
    """Add a section, under its name in the address of its file."""
    sections[name] = sitemap


def add_page(view_name: str, *args: str) -> None:
    """Add the page that a view shows, with these arguments."""
    _single_pages.add((view_name, args))

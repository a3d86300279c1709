"""`/sitemap.xml` and `/robots.txt`."""

from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import views
from django.http import Http404, HttpResponse
from django.http.request import split_domain_port
from django.urls import reverse

from portal.crawlers.exclusions import EXCLUDED
from portal.crawlers.sitemap import sections
from portal.http.page_cache import public_page


def is_own_host(request):
    """Return whether the site was asked by its own name, at whatever port, and not by another that leads here."""
    return split_domain_port(request.get_host())[0] == urlsplit(settings.SITE_URL).hostname


def on_own_host(view):
    """Decorate a view that is there under the site's own name only."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        if not is_own_host(request):
            raise Http404("Only the site's own name has a sitemap.")
        return view(request, *args, **kwargs)

    return answered


@public_page()
@on_own_host
def sitemap_index(request):
    """List the files of the sitemap."""
    return views.index(request, sections, sitemap_url_name="portal:sitemap_section")


@public_page("p")
@on_own_host
def sitemap_section(request, section):
    """List the pages of one section."""
    return views.sitemap(request, sections, section=section)


@public_page()
def robots(request):
    """Say where the sitemap is and what to leave alone; under another name of the site, everything."""
    if is_own_host(request):
        excluded = sorted(EXCLUDED)
        where = ["", f"Sitemap: {settings.SITE_URL}{reverse('portal:sitemap')}"]
    else:
        excluded, where = ["/"], []
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in excluded), *where]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

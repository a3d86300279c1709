"""Addresses that buttons of the staff area send to take POST only: lead whoever comes to one otherwise to a page."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from portal.http.addresses import STAFF_AREA, parts_of


class ButtonAddressMiddleware:
    """Replace a 405 by the page above the address, and a log-in that would end there by one that ends at the page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Answer a request to the staff area."""
        response = self.get_response(request)
        if not request.path.startswith(STAFF_AREA):
            return response
        if request.method in ("GET", "HEAD") and response.status_code == 405:
            return HttpResponseRedirect(page_above(request.path))
        if request.method == "POST" and leads_to_login(response):
            messages.warning(request, _("You had been signed out, so nothing was done. Sign in and do it once more."))
            query = urlencode({"next": page_of_button(request)})
            return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")
        return response


def leads_to_login(response):
    """Return whether a response asks somebody to sign in first."""
    return response.status_code == 302 and urlsplit(response["Location"]).path == resolve_url(settings.LOGIN_URL)


def page_of_button(request):
    """Return the page on which a button was pressed, as the browser tells it."""
    page = parts_of(request.headers.get("Referer", ""))
    if page is None or page.netloc != request.get_host():
        return page_above(request.path)
    return page.path + (f"?{page.query}" if page.query else "")


def page_above(path):
    """Return the nearest address above a path that belongs to a view; above them all stands the first page."""
    while path := path.rstrip("/").rpartition("/")[0]:
        try:
            page = resolve(f"{path}/")
        except Resolver404:
            continue
        if page.url_name:  # Wagtail answers every other address with its 404
            return f"{path}/"
    return reverse("wagtailadmin_home")

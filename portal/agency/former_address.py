"""Addresses that pages had: a request for one is redirected to where the page is now."""

from copy import copy

from django.db import models
from django.http import HttpResponsePermanentRedirect
from wagtail.models import Page

from portal.api.addresses import API_PREFIX


class FormerAddress(models.Model):
    """A path at which the public found a page before an editor changed its slug or moved it."""

    path = models.CharField(max_length=1000, unique=True)
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self):
        """Name it by its path."""
        return self.path

    @classmethod
    def keep(cls, page, before):
        """Keep the path that a page had; ``before`` is the page as it was. A draft's path was known to nobody."""
        path = public_path(before)
        if before.live and path not in ("", "/", public_path(page)):
            cls.objects.update_or_create(path=path, defaults={"page_id": page.pk})

    @classmethod
    def current_path(cls, request):
        """Return where the page below a former address is now, for a visitor who may see it; None for other paths.

        Whatever stands below a page (its ideas, threads, feed) moved with it.
        """
        path = f"{request.path.removeprefix(API_PREFIX).rstrip('/')}/"
        kept = cls.objects.filter(path__in=paths_above(path), page__live=True).select_related("page")
        for former in sorted(kept, key=lambda former: -len(former.path)):
            current = public_path(former.page) + path.removeprefix(former.path)
            if current != path and all(each.accept_request(request) for each in former.page.get_view_restrictions()):
                api = API_PREFIX if request.path.startswith(API_PREFIX) else ""
                return api + (current if request.path.endswith("/") else current.rstrip("/"))
        return None


def public_path(page):
    """Return the path at which the site shows a page; "" for a page outside every site."""
    parts = page.specific_deferred.get_url_parts()  # a kind of page may have an address of its own
    return parts[2] if parts else ""


def paths_above(path):
    """Return a path cut after each of its slashes: /a/, /a/b/ and so on."""
    return [path[: end + 1] for end, sign in enumerate(path) if sign == "/" and end]


def keep_path_of_slug(sender, instance, instance_before, **_signal):
    """Keep the path of a page whose slug was changed."""
    FormerAddress.keep(instance, instance_before)


def keep_path_before_move(sender, instance, url_path_before, **_signal):
    """Keep the path of a page that was moved."""
    before = copy(instance)
    before.url_path = url_path_before
    FormerAddress.keep(instance, before)


class FormerAddressMiddleware:
    """Redirect a path that is not found to where its page is now; a form that is sent there is sent on."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Answer 301, or 308 so that the browser sends the form again."""
        response = self.get_response(request)
        if response.status_code != 404 or not (path := FormerAddress.current_path(request)):
            return response
        query = request.META.get("QUERY_STRING", "")
        is_form = request.method not in ("GET", "HEAD")
        return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path, preserve_request=is_form)

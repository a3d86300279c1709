"""Gzip HTML, feeds, calendars and the sitemap; static files are pre-compressed."""

import re

from django.http import HttpRequest
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

TEXT = ("text/html", "application/atom+xml", "application/xml", "text/calendar")
REFUSED = re.compile(r"[qQ]=0(\.0*)?")


class PageCompressionMiddleware(GZipMiddleware):
    """Compresses what is text. Django adds random bytes to the length against the BREACH attack."""

    def process_response(self, request, response):
        if not response.get("Content-Type", "").startswith(TEXT):
            return response
        if not accepts_gzip(request):
            patch_vary_headers(response, ("Accept-Encoding",))
            return response
        return super().process_response(request, response)


def accepts_gzip(request: HttpRequest) -> bool:
    """Return whether the browser names gzip, and not with the weight 0 that refuses it (RFC 9110, 12.5.3)."""
    for coding in request.META.get("HTTP_ACCEPT_ENCODING", "").split(","):
        name, _semicolon, weight = coding.replace(" ", "").partition(";")
        if name == "gzip":
            return not REFUSED.fullmatch(weight)
    return False

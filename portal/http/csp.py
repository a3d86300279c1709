"""The Content-Security-Policy of each part of the site."""

from csp.middleware import CSPMiddleware
from django.urls import reverse

# Wagtail's editor needs inline scripts, inline styles and blob images; only staff load it.
EDITOR = {
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'", "data:"],
    "frame-src": ["'self'"],
}

# Files that somebody uploaded, or that hold what citizens wrote: whatever is in them, nothing of it runs with us.
FILE_POLICY = "default-src 'none'; sandbox"


class PolicyMiddleware(CSPMiddleware):
    """Sends the strict policy everywhere except for the editor's pages and what they show in a frame."""

    def process_response(self, request, response):
        if is_file(request, response):
            response["Content-Security-Policy"] = FILE_POLICY
            return response
        # A preview comes under the page's public address, with what checks it beside the page.
        if request.path.startswith(reverse("wagtailadmin_home")) or getattr(request, "is_preview", False):
            response._csp_replace = EDITOR
        return super().process_response(request, response)


def is_file(request, response):
    """Return whether the response is a file to keep, or a picture, and no page."""
    shown = request.resolver_match.view_name if request.resolver_match else ""
    return shown == "media" or response.get("Content-Disposition", "").startswith("attachment")

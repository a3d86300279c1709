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


class PolicyMiddleware(CSPMiddleware):
    """Sends the strict policy everywhere except for the editor's pages and what they show in a frame."""

    def process_response(self, request, response):
        # A preview comes under the page's public address, with what checks it beside the page.
        if request.path.startswith(reverse("wagtailadmin_home")) or getattr(request, "is_preview", False):
            response._csp_replace = EDITOR
        return super().process_response(request, response)

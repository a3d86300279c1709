"""The Content-Security-Policy of each part of the site."""

from csp.middleware import CSPMiddleware
from django.urls import reverse

# Wagtail's editor draws with inline scripts and styles and shows uploads from blobs; citizens never load it.
EDITOR = {
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'", "data:"],
    "frame-src": ["'self'"],
}


class PolicyMiddleware(CSPMiddleware):
    """Send the strict policy everywhere but in the editor's own pages."""

    def process_response(self, request, response):
        """Add the header."""
        if request.path.startswith(reverse("wagtailadmin_home")):
            response._csp_replace = EDITOR
        return super().process_response(request, response)

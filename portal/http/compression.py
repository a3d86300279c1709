"""Gzip HTML and feeds; static files are pre-compressed."""

from django.middleware.gzip import GZipMiddleware

TEXT = ("text/html", "application/rss+xml")


class PageCompressionMiddleware(GZipMiddleware):
    """Compresses pages and feeds. Django adds random bytes to the length against the BREACH attack."""

    def process_response(self, request, response):
        if not response.get("Content-Type", "").startswith(TEXT):
            return response
        return super().process_response(request, response)

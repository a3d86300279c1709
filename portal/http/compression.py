"""Pages travel compressed; files that are compressed already do not take the trouble twice."""

from django.middleware.gzip import GZipMiddleware

TEXT = ("text/html", "application/rss+xml")


class PageCompressionMiddleware(GZipMiddleware):
    """Compress pages and feeds; Django adds random bytes, so that their length gives no secret away (BREACH)."""

    def process_response(self, request, response):
        """Compress the answer if it is a page."""
        if not response.get("Content-Type", "").startswith(TEXT):
            return response
        return super().process_response(request, response)

"""The Content-Security-Policy of each part of the site."""

from csp.middleware import CSPMiddleware

# Wagtail's own editor starts its widgets with inline scripts and draws some with inline styles; only staff load it. Our
# own screens, the first page and signing in among them, have nothing inline, though they stand in the same frame.
EDITOR_POLICY = {
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'", "data:"],
    "frame-src": ["'self'"],
}
EDITOR_NAMESPACES = frozenset(
    """wagtailadmin_collections wagtailadmin_pages wagtailadmin_reports wagtailadmin_workflows wagtaildocs
    wagtaildocs_chooser wagtailembeds wagtailimages wagtailimages_chooser wagtailsettings wagtailsites wagtailsnippets
    wagtailusers_groups wagtailusers_users""".split()
)
EDITOR_NAMESPACE_STARTS = ("wagtailsnippets_", "wagtailsnippetchoosers_")  # one for each model that has such pages
EDITOR_NAMES = frozenset(
    """wagtailadmin_account wagtailadmin_block_preview wagtailadmin_explore wagtailadmin_explore_results
    wagtailadmin_explore_root wagtail_bulk_action""".split()
)
# Files that somebody uploaded, or that hold what citizens wrote: whatever is in them, nothing of it runs with us.
FILE_POLICY = "default-src 'none'; sandbox"


class PolicyMiddleware(CSPMiddleware):
    """Sends the strict policy everywhere except for the editor's pages and what they show in a frame."""

    def process_response(self, request, response):
        if is_file(request, response):
            response["Content-Security-Policy"] = FILE_POLICY
            return response
        # A preview comes under the page's public address, with what checks it beside the page.
        if is_editor(request) or getattr(request, "is_preview", False):
            response._csp_replace = EDITOR_POLICY
        return super().process_response(request, response)


def is_editor(request):
    """Return whether one of Wagtail's own pages answers, by its name in the table of addresses."""
    match = request.resolver_match
    if match is None:
        return False
    space = match.namespaces[0] if match.namespaces else ""
    return (
        match.url_name in EDITOR_NAMES
        if not space
        else space in EDITOR_NAMESPACES or space.startswith(EDITOR_NAMESPACE_STARTS)
    )


def is_file(request, response):
    """Return whether the response is a file to keep, or a picture, and no page."""
    shown = request.resolver_match.view_name if request.resolver_match else ""
    return shown == "media" or response.get("Content-Disposition", "").startswith("attachment")

"""Who may look through pages, documents and pictures to choose one: those who write with them.

Wagtail shows its chooser of pages, with the titles of drafts, and the lists behind `/admin/api/` to everybody who may
enter the staff area.
"""

from django.core.exceptions import PermissionDenied
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import policy_registry

WRITING = frozenset({"add", "change", "publish"})
USING_FILES = frozenset({"add", "change", "choose"})
PAGE_CHOOSER_START = "wagtailadmin_choose_page"  # every address of the chooser of pages begins with it
FILE_MODELS = {
    "wagtailadmin_api:documents": get_document_model,
    "wagtailadmin_api:images": get_image_model,
}


class ChooserMiddleware:
    """Refuses what lists pages and files for choosing to those who may use none of them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, _view, _args, _kwargs):
        """Raise PermissionDenied for who may not choose here; who is not signed in is led to sign in by the view."""
        if request.user.is_authenticated and not may_choose(request.user, request.resolver_match):
            raise PermissionDenied


def may_choose(user, match):
    """Return whether somebody may open an address, as far as it is for choosing."""
    if (match.url_name or "").startswith(PAGE_CHOOSER_START):
        return policy_registry.get_by_type(Page).user_has_any_permission(user, WRITING)
    if model := FILE_MODELS.get(match.namespace):
        return policy_registry.get_by_type(model()).user_has_any_permission(user, USING_FILES)
    return True

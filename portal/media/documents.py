"""Who may open a document: everybody when a public page leads to it, otherwise staff."""

from django.http import Http404
from wagtail.models import DraftStateMixin, Page, ReferenceIndex


def refuse_unpublished_document(document, request):
    """Wagtail hook: answer 404 to a document of a draft. Collections with a restriction have their own check."""
    if request.user.has_perm("wagtailadmin.access_admin") or document.collection.get_view_restrictions():
        return
    if not is_published(document, request):
        raise Http404("No public page leads to this document.")


def is_published(document, request):
    """Return whether a page that the visitor may open refers to a document, or something else that is public."""
    references = ReferenceIndex.get_references_to(document).select_related("base_content_type")
    pages = set()
    for reference in references:
        model = reference.base_content_type.model_class()
        if model and issubclass(model, Page):
            pages.add(reference.object_id)
        elif model and not issubclass(model, DraftStateMixin):
            return True
    return any(is_open(page, request) for page in Page.objects.live().filter(pk__in=pages))


def is_open(page, request):
    """Return whether a visitor may open a live page."""
    return all(restriction.accept_request(request) for restriction in page.get_view_restrictions())

"""Who may open a document: everybody when a public page leads to it, otherwise who writes with documents."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import Http404
from wagtail.models import DraftStateMixin, Page, ReferenceIndex
from wagtail.permissions import policy_registry

_keepers: list[Callable[[Any], Iterable[int]]] = []


def keeps_documents(pages_keeping):
    """Register a function that returns the ids of the pages below which an earlier text still leads to a document."""
    _keepers.append(pages_keeping)
    return pages_keeping


def refuse_unpublished_document(document, request):
    """Wagtail hook: answer 404 to a document of a draft. Collections with a restriction have their own check."""
    if is_used_by(document, request.user) or document.collection.get_view_restrictions():
        return
    if not is_published(document, request):
        raise Http404("No public page leads to this document.")


def is_used_by(document, user):
    """Return whether somebody may put this document on a page."""
    policy = policy_registry.get_by_type(type(document))
    return policy.user_has_any_permission_for_instance(user, {"add", "change", "choose"}, document)


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
    return is_any_open(pages, request) or any(is_any_open(keeping(document), request) for keeping in _keepers)


def is_any_open(pages, request):
    """Return whether a visitor may open one of the pages with these ids, which is live."""
    return any(is_open(page, request) for page in Page.objects.live().filter(pk__in=pages))


def is_open(page, request):
    """Return whether a visitor may open a live page."""
    return all(restriction.accept_request(request) for restriction in page.get_view_restrictions())

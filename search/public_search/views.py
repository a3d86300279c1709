"""The page of the public search."""

import logging

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from portal.api.rates import share_of
from search.language.query import SearchUnavailable
from search.public_search.forms import PUBLIC_PAGES, PublicSearchForm
from search.public_search.results import TEXTS_ON_A_PAGE, PublicResult, public_result

SEARCHES_PER_MINUTE = 30  # of one network

logger = logging.getLogger(__name__)


@never_cache
def public_search(request):
    """Show what everybody may read and has the words; nothing is searched for until somebody asks.

    Who asks too often waits for a minute, as programs do. Nobody keeps what was asked.
    """
    form = PublicSearchForm(request.GET if "q" in request.GET else None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    context = {"form": form, "words": words}
    if not words:
        return render(request, "search/public_search.html", context)
    share = share_of(request, "search", SEARCHES_PER_MINUTE)
    if share.wait:
        answer = render(request, "search/public_search.html", context | {"wait": share.wait}, status=429)
        answer["Retry-After"] = share.wait
        return answer
    try:
        result = public_result(words, form.cleaned_data["page"])
    except SearchUnavailable as error:
        logger.warning("The public search has no index: %s", error)
        return render(request, "search/public_search.html", context | {"unavailable": True}, status=503)
    return render(request, "search/public_search.html", context | shown(result, form.cleaned_data["page"]))


def shown(result: PublicResult, page: int):
    """Return a result as the page shows it; the numbers of pages are those that can be turned to."""
    reached = min(result.total, PUBLIC_PAGES * TEXTS_ON_A_PAGE)
    return {"result": result, "pages": Paginator(range(reached), TEXTS_ON_A_PAGE).get_page(page)}

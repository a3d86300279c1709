"""The officer's desk, inside the Wagtail admin."""

import logging
from functools import wraps

from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from search.access.scope import EXPORT, SEARCH, may_find, visible
from search.desk import results, suggestions
from search.desk.chart import chart
from search.desk.forms import LAST_PAGE, DeskForm, ExportForm
from search.desk.pane import pane, whole
from search.language.query import Query, SearchUnavailable, describe
from search.models import ReadAction, Tag, TagAction

logger = logging.getLogger(__name__)
HEADER = [{"url": reverse_lazy("desk"), "label": _("Desk")}]


def answers_without_index(view):
    """Let a view say plainly that the index cannot answer."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except SearchUnavailable as error:
            logger.warning("The desk has no index: %s", error)
            return render(request, "search/unavailable.html", {"header": HEADER}, status=503)

    return answer


@permission_required(SEARCH, raise_exception=True)
@answers_without_index
def index(request):
    """Show what was found."""
    form = DeskForm(request.GET)
    if not form.is_valid():
        return render(request, "search/desk.html", {"form": form, "header": HEADER}, status=400)
    query = form.to_query()
    shown = found(request.user, query)
    shown |= surroundings(request.user, shown) | first_read(request.user, query, shown["rows"])
    shown |= {"form": form, "header": HEADER}
    if form.cleaned_data["words"]:
        shown |= {"typical": suggestions.typical(request.user, query), "words": True}
    if query.text and shown["result"].total < suggestions.FEW:
        shown["suggestions"] = suggestions.suggestions(request.user, query)
    return render(request, "search/desk.html", shown)


def first_read(user, query: Query, rows: list[results.Row]) -> dict:
    """Return what the pane shows before anything was chosen: the first hit, and the second as the next."""
    if not rows:
        return {}
    one = whole().get(pk=rows[0].submission.pk)
    if not may_find(visible(user), one):  # taken down a moment ago
        return {}
    return pane(user, one, query) | {"place": rows[0].place, "next": rows[1] if rows[1:] else None}


def found(user, query: Query) -> dict:
    """Ask the index, and return the rows of the page with what their values are called."""
    result = results.look(user, query)
    names = results.labels(query, result)
    return {"query": query, "result": result, "names": names, "rows": results.rows(user, query, result, names)}


def surroundings(user, shown: dict) -> dict:
    """Return everything else that the desk shows of what was found: facets, months, what can be done with it."""
    query, result, names = shown["query"], shown["result"], shown["names"]
    listed = result.listed(query)
    pages = -(-listed // query.size)
    drawn = chart(result.months, query.filters.get("month", ()))
    return {
        "sentence": describe(query, names),
        "listed": listed,
        "facets": [
            *results.answer_facet(query, names),
            *results.own_facets(user, query, result),
            *results.facets(query, result, names),
        ],
        "all_tags": Tag.objects.order_by("name")[:200],
        "last_tagged": TagAction.last_of(user),
        "last_read": ReadAction.last_of(user),
        "chart": drawn,
        "span": [results.month_name(bar.month) for bar in (drawn.bars[0], drawn.bars[-1])] if drawn else [],
        "months": [(names["month"][month], count) for month, count in result.months],
        "pages": min(pages, LAST_PAGE),
        "cut": pages > LAST_PAGE,
        "ask": ExportForm(user) if user.has_perm(EXPORT) else None,
    }

"""The desk, in the Wagtail admin."""

import logging
from functools import wraps

from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from search.access.scope import EXPORT_PERMISSION, SEARCH_PERMISSION, may_find, permitted_visibilities
from search.desk import results, suggestions
from search.desk.chart import chart
from search.desk.forms import MAX_PAGE, DeskForm, ExportForm
from search.desk.hints import hints_in_words
from search.desk.looking import record_search
from search.desk.pane import pane_context, with_details
from search.language.query import Query, SearchUnavailable, describe_query
from search.models import ReadAction, Tag, TagAction

logger = logging.getLogger(__name__)
DESK_HEADER = [{"url": reverse_lazy("desk"), "label": _("Desk")}]


def handle_search_unavailable(view):
    """Decorate a view to answer 503 with an explanation while the index is unavailable."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except SearchUnavailable as error:
            logger.warning("The desk has no index: %s", error)
            return render(request, "search/unavailable.html", {"header": DESK_HEADER}, status=503)

    return answer


@permission_required(SEARCH_PERMISSION, raise_exception=True)
@handle_search_unavailable
def desk(request):
    """Show the result of the query in the address."""
    form = DeskForm(request.GET)
    if not form.is_valid():
        return render(request, "search/desk.html", {"form": form, "header": DESK_HEADER}, status=400)
    query = form.to_query()
    shown = search_context(request.user, query)
    record_search("desk.searched", request.user, query, shown["result"])
    shown |= desk_context(request.user, shown) | first_hit_context(request.user, query, shown["rows"])
    shown |= {"form": form, "header": DESK_HEADER, "hints": hints_in_words(query.text)}
    if form.cleaned_data["words"]:
        shown |= {"typical": suggestions.typical_words(request.user, query), "words": True}
    if query.text and shown["result"].total < suggestions.FEW_HITS:
        shown["suggestions"] = suggestions.suggest_spellings(request.user, query)
    return render(request, "search/desk.html", shown)


def first_hit_context(user, query: Query, rows: list[results.ResultRow]) -> dict:
    """Return the pane's context before a hit is chosen: the first hit, the second as the next."""
    if not rows:
        return {}
    one = with_details().get(pk=rows[0].submission.pk)
    if not may_find(permitted_visibilities(user), one):  # taken down a moment ago
        return {}
    return pane_context(user, one, query) | {"place": rows[0].place, "next": rows[1] if rows[1:] else None}


def search_context(user, query: Query) -> dict:
    """Run the query; return query, result, labels and rows."""
    result = results.search_as(user, query)
    names = results.label_values(query, result)
    return {"query": query, "result": result, "names": names, "rows": results.result_rows(user, query, result, names)}


def desk_context(user, shown: dict) -> dict:
    """Return the rest of the desk's context: facets, chart, pages, actions."""
    query, result, names = shown["query"], shown["result"], shown["names"]
    listed = result.listed_count(query)
    pages = -(-listed // query.size)
    drawn = chart(result.months, query.filters.get("month", ()))
    return {
        "sentence": describe_query(query, names),
        "listed": listed,
        "facets": [
            *results.build_answer_facets(query, names),
            *results.build_user_facets(user, query, result),
            *results.build_facets(query, result, names),
        ],
        "all_tags": Tag.objects.order_by("name")[:200],
        "last_tagged": TagAction.last_undoable(user),
        "last_read": ReadAction.last_undoable(user),
        "chart": drawn,
        "span": [results.month_label(bar.month) for bar in (drawn.bars[0], drawn.bars[-1])] if drawn else [],
        "months": [(names["month"][month], count) for month, count in result.months],
        "pages": min(pages, MAX_PAGE),
        "cut": pages > MAX_PAGE,
        "ask": ExportForm(user) if user.has_perm(EXPORT_PERMISSION) else None,
    }

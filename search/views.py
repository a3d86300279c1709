"""The officer's desk, inside the Wagtail admin."""

import logging
from functools import wraps

from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from consultations.models import Submission
from search import desk
from search.chart import chart
from search.documents import shown_revision
from search.engines import engine
from search.forms import LAST_PAGE, DeskForm, ExportForm
from search.query import Query, SearchUnavailable, describe
from search.scope import EXPORT, SEARCH, may_find, readable_revisions, scoped, visible
from search.snippets import Marker

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
    return render(request, "search/desk.html", {"form": form, "header": HEADER, **found(request.user, form.to_query())})


def found(user, query: Query) -> dict:
    """Return everything that the desk shows of a result."""
    result = desk.look(user, query)
    names = desk.labels(query, result)
    pages = -(-result.total // query.size)
    drawn = chart(result.months, query.filters.get("month", ()))
    return {
        "query": query,
        "result": result,
        "sentence": describe(query, names),
        "rows": desk.rows(user, query, result, names),
        "facets": desk.facets(query, result, names),
        "chart": drawn,
        "span": [desk.month_name(bar.month) for bar in (drawn.bars[0], drawn.bars[-1])] if drawn else [],
        "months": [(names["month"][month], count) for month, count in result.months],
        "pages": min(pages, LAST_PAGE),
        "cut": pages > LAST_PAGE,
        "ask": ExportForm(user) if user.has_perm(EXPORT) else None,
    }


@permission_required(SEARCH, raise_exception=True)
def submission(request, reference):
    """Show one submission whole, as this person may see it, with its neighbours in the result."""
    scope = visible(request.user)
    rows = Submission.objects.select_related("current", "cleared", "consultation", "parent")
    one = get_object_or_404(rows, reference=reference)
    if not may_find(scope, one):
        raise Http404
    form = DeskForm(request.GET)
    query = form.to_query() if form.is_valid() else Query()
    return render(request, "search/submission.html", reading(request.user, scope, one, query))


def reading(user, scope, one: Submission, query: Query) -> dict:
    """Return what the reading page shows."""
    revision = shown_revision(one)
    marker = Marker.of(query.node, [one.language or "und"])
    return {
        "header": [*HEADER, {"url": "", "label": one.reference}],
        "submission": one,
        "revision": revision,
        "title": marker.title(revision.title, one.language),
        "text": marker.title(revision.text, one.language),
        "earlier": [other for other in readable_revisions(scope, one) if other.pk != revision.pk],
        "parent": one.parent if one.parent and may_find(scope, one.parent) else None,
        "language": desk.language_name(one.language or "und"),
        **neighbours(user, one, query),
    }


def neighbours(user, one: Submission, query: Query) -> dict:
    """Return the references before and after one in its result; nothing when the index cannot answer."""
    try:
        ids = list(engine().iterate(scoped(user, query)))
    except SearchUnavailable:
        return {}
    if one.pk not in ids:
        return {}
    place = ids.index(one.pk)
    around = {"previous": ids[place - 1] if place else None, "next": ids[place + 1] if place + 1 < len(ids) else None}
    references = dict(Submission.objects.filter(pk__in=around.values()).values_list("pk", "reference"))
    return {name: references.get(id_) for name, id_ in around.items()} | {"place": place + 1, "of": len(ids)}

"""One submission in the context of its result, and the copies of its letter."""

from dataclasses import replace

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consultations.models import Submission
from portal.audit.looking import record_look
from search.access.scope import SEARCH_PERMISSION, may_find, permitted_visibilities, scope_query
from search.desk import results
from search.desk.campaigns import compare_copy, copies_of_letter
from search.desk.forms import DESK_PAGE_SIZE, DeskForm
from search.desk.pane import pane_context, similar_rows, with_details
from search.desk.views.desk import DESK_HEADER, desk_context, search_context
from search.engines.configured import get_engine
from search.index.documents import campaign_letter_id, findable_revision
from search.language.query import Query, SearchUnavailable
from search.language.references import reference_typed
from search.models import ReadMark


def get_findable_or_404(user, reference) -> Submission:
    """Return a submission that a person may find, by its reference in any spelling; raise Http404 for any other."""
    one = get_object_or_404(with_details(), reference=reference_typed(reference) or reference)
    if not may_find(permitted_visibilities(user), one):
        raise Http404
    return one


def parse_address(request) -> tuple[Query, int | None]:
    """Return query and place from the query string; an invalid one gives an empty query."""
    form = DeskForm(request.GET)
    return (form.to_query(), form.cleaned_data["place"]) if form.is_valid() else (Query(), None)


@permission_required(SEARCH_PERMISSION, raise_exception=True)
def submission(request, reference):
    """Show one submission in full, next to the result that it was found in."""
    one = get_findable_or_404(request.user, reference)
    record_look("desk.opened", request.user, one)
    query, place = parse_address(request)
    shown = pane_context(request.user, one, query) | result_context(request.user, one, query, place)
    if "rows" in shown:
        shown |= desk_context(request.user, shown) | {"form": DeskForm(request.GET), "chosen": True}
    if request.GET.get("similar"):
        shown["similar"] = similar_rows(request.user, one)
    shown["header"] = [*DESK_HEADER, {"url": "", "label": one.reference}]
    return render(request, "search/desk.html" if "rows" in shown else "search/submission.html", shown)


def result_context(user, one: Submission, query: Query, place: int | None) -> dict:
    """Return the page of the result around a place, with previous and next row; {"moved": True} if it moved.

    The place is part of the link, so only this page is queried: a result may have 100,000 hits.
    """
    if place is None:
        return {}
    query = replace(query, page=(place - 1) // DESK_PAGE_SIZE + 1)
    try:
        shown = search_context(user, query)
    except SearchUnavailable:
        return {}
    rows = shown["rows"]
    at = next((n for n, row in enumerate(rows) if row.submission.pk == one.pk), None)
    if at is None:
        return {"moved": True}
    before, after = rows[at - 1] if at else None, rows[at + 1] if at + 1 < len(rows) else None
    listed = shown["result"].listed_count(query)
    return shown | {
        "place": rows[at].place,
        "previous": before or (row_at_place(user, query, rows[0].place - 1) if rows[0].place > 1 else None),
        "next": after or (row_at_place(user, query, rows[-1].place + 1) if rows[-1].place < listed else None),
    }


def row_at_place(user, query: Query, place: int) -> results.ResultRow | None:
    """Return the row at one place of a result; None beyond its end."""
    query = replace(query, page=place, size=1)
    result = get_engine().search(scope_query(user, query))
    return next(iter(results.result_rows(user, query, result, results.label_values(query, result))), None)


@require_POST
@permission_required(SEARCH_PERMISSION, raise_exception=True)
def set_read_mark(request, reference):
    """Change the person's read mark of a submission; "read" redirects to the next hit."""
    one = get_findable_or_404(request.user, reference)
    wish = request.POST.get("mark", "")
    if wish not in ("read", "unread", "flag", "unflag"):
        return HttpResponseBadRequest()
    query, place = parse_address(request)
    onward = result_context(request.user, one, query, place).get("next") if wish == "read" else None
    ReadMark.set_mark(request.user, one, wish)
    parameters = request.GET.copy()
    if onward:
        one, parameters["place"] = onward.submission, onward.place - ("unread" in query.read_marks)
    return redirect(f"{reverse('desk_submission', args=[one.reference])}?{parameters.urlencode()}#text")


@permission_required(SEARCH_PERMISSION, raise_exception=True)
def copies(request, reference):
    """Show a letter once, and the changes of every sender."""
    one, scope = get_findable_or_404(request.user, reference), permitted_visibilities(request.user)
    sent = copies_of_letter(scope, campaign_letter_id(one))
    letter = sent.first() or one
    page = Paginator(sent.exclude(pk=letter.pk), DESK_PAGE_SIZE).get_page(request.GET.get("part"))
    words = findable_revision(letter).text
    context = {
        "header": [*DESK_HEADER, {"url": "", "label": _("What people added")}],
        "letter": letter,
        "words": words,
        "page": page,
        "members": [compare_copy(words, each) for each in page],
    }
    return render(request, "search/copies.html", context)

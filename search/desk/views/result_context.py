"""Reading one submission after another beside the result that it was found in, and what senders of a letter added."""

from dataclasses import replace

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consultations.models import Submission
from search.access.scope import SEARCH, may_find, scoped, visible
from search.desk import results
from search.desk.campaigns import member, members
from search.desk.forms import PAGE_SIZE, DeskForm
from search.desk.pane import alike, pane, whole
from search.desk.views.desk import HEADER, found, surroundings
from search.engines.configured import engine
from search.index.documents import letter_of, shown_revision
from search.language.query import Query, SearchUnavailable
from search.models import Reading


def findable(user, reference) -> Submission:
    """Return a submission that a person may find; 404 for any other."""
    one = get_object_or_404(whole(), reference=reference)
    if not may_find(visible(user), one):
        raise Http404
    return one


def asked(request) -> tuple[Query, int | None]:
    """Return the question in an address, and the place in its result; what cannot be asked is passed over."""
    form = DeskForm(request.GET)
    return (form.to_query(), form.cleaned_data["place"]) if form.is_valid() else (Query(), None)


@permission_required(SEARCH, raise_exception=True)
def submission(request, reference):
    """Show one submission whole, as this person may see it, beside the result that it was found in."""
    one = findable(request.user, reference)
    query, place = asked(request)
    shown = pane(request.user, one, query) | beside(request.user, one, query, place)
    if "rows" in shown:
        shown |= surroundings(request.user, shown) | {"form": DeskForm(request.GET), "chosen": True}
    if request.GET.get("similar"):
        shown["similar"] = alike(request.user, one)
    shown["header"] = [*HEADER, {"url": "", "label": one.reference}]
    return render(request, "search/desk.html" if "rows" in shown else "search/submission.html", shown)


def beside(user, one: Submission, query: Query, place: int | None) -> dict:
    """Return the page of the result that holds a place, and the rows before and after; nothing if it has moved.

    The place stands in the link, so that no more than this page is asked for: a result may have 100,000 hits.
    """
    if place is None:
        return {}
    query = replace(query, page=(place - 1) // PAGE_SIZE + 1)
    try:
        shown = found(user, query)
    except SearchUnavailable:
        return {}
    rows = shown["rows"]
    at = next((n for n, row in enumerate(rows) if row.submission.pk == one.pk), None)
    if at is None:
        return {"moved": True}
    before, after = rows[at - 1] if at else None, rows[at + 1] if at + 1 < len(rows) else None
    listed = shown["result"].listed(query)
    return shown | {
        "place": rows[at].place,
        "previous": before or (neighbour(user, query, rows[0].place - 1) if rows[0].place > 1 else None),
        "next": after or (neighbour(user, query, rows[-1].place + 1) if rows[-1].place < listed else None),
    }


def neighbour(user, query: Query, place: int) -> results.Row | None:
    """Return the row at one place of a result."""
    query = replace(query, page=place, size=1)
    result = engine().search(scoped(user, query))
    return next(iter(results.rows(user, query, result, results.labels(query, result))), None)


@require_POST
@permission_required(SEARCH, raise_exception=True)
def mark(request, reference):
    """Set or take away one of the officer's own marks; "read" leads on to the next of the result."""
    one = findable(request.user, reference)
    wish = request.POST.get("mark", "")
    if wish not in ("read", "unread", "flag", "unflag"):
        return HttpResponseBadRequest()
    query, place = asked(request)
    onward = beside(request.user, one, query, place).get("next") if wish == "read" else None
    Reading.mark(request.user, one, wish)
    parameters = request.GET.copy()
    if onward:
        one, parameters["place"] = onward.submission, onward.place - ("unread" in query.marks)
    return redirect(f"{reverse('desk_submission', args=[one.reference])}?{parameters.urlencode()}#text")


@permission_required(SEARCH, raise_exception=True)
def copies(request, reference):
    """Show what every sender of a letter changed in it, and the letter once."""
    one, scope = findable(request.user, reference), visible(request.user)
    sent = members(scope, letter_of(one))
    letter = sent.first() or one
    page = Paginator(sent.exclude(pk=letter.pk), PAGE_SIZE).get_page(request.GET.get("part"))
    words = shown_revision(letter).text
    context = {
        "header": [*HEADER, {"url": "", "label": _("What people added")}],
        "letter": letter,
        "words": words,
        "page": page,
        "members": [member(words, each) for each in page],
    }
    return render(request, "search/copies.html", context)

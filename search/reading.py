"""Reading one submission after another: the pane beside the list, and what each sender of a letter added."""

from dataclasses import dataclass, replace

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consultations.models import Status, Submission
from moderation.cases.difference import Change, difference
from moderation.models import Screening
from search import desk, suggestions
from search.answers import chosen_with
from search.documents import VISIBILITY, letter_of, shown_revision
from search.engines import engine
from search.forms import PAGE_SIZE, DeskForm
from search.lists import marks_on, tags_on
from search.models import Reading
from search.query import Query, SearchUnavailable
from search.scope import SEARCH, may_find, readable_revisions, scoped, visible
from search.snippets import Marker
from search.views import HEADER


def findable(user, reference) -> Submission:
    """Return a submission that a person may find; 404 for any other."""
    rows = Submission.objects.select_related("current", "cleared", "consultation", "parent", "question")
    one = get_object_or_404(rows, reference=reference)
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
    shown = reading(visible(request.user), one, query) | beside(request.user, one, query, place)
    shown |= {"mark": marks_on(request.user, [one.pk]).get(one.pk), "tags": tags_on([one.pk]).get(one.pk, [])}
    if request.GET.get("similar"):
        shown["similar"] = alike(request.user, one)
    return render(request, "search/submission.html", shown)


def reading(scope, one: Submission, query: Query) -> dict:
    """Return what the reading pane shows."""
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
        "chosen": chosen_with(one.response_id),
        "language": desk.language_name(one.language or "und"),
        "copies": members(scope, letter_of(one, revision)).count(),
    }


def beside(user, one: Submission, query: Query, place: int | None) -> dict:
    """Return the page of the result that holds a place, and the rows before and after; nothing if it has moved.

    The place stands in the link, so that no more than this page is asked for: a result may have 100,000 hits.
    """
    if place is None:
        return {}
    query = replace(query, page=(place - 1) // PAGE_SIZE + 1)
    try:
        result = desk.look(user, query)
    except SearchUnavailable:
        return {}
    rows = desk.rows(user, query, result, desk.labels(query, result))
    at = next((n for n, row in enumerate(rows) if row.submission.pk == one.pk), None)
    if at is None:
        return {"moved": True}
    before, after = rows[at - 1] if at else None, rows[at + 1] if at + 1 < len(rows) else None
    listed, place = result.listed(query), rows[at].place
    return {
        "rows": rows,
        "place": place,
        "page": query.page,
        "of": listed,
        "previous": before or (neighbour(user, query, rows[0].place - 1) if rows[0].place > 1 else None),
        "next": after or (neighbour(user, query, rows[-1].place + 1) if rows[-1].place < listed else None),
    }


def alike(user, one: Submission) -> list[desk.Row]:
    """Return rows of similar texts, most alike first; none when the index cannot answer."""
    try:
        ids = suggestions.similar(user, one.pk)
        query = Query(among=tuple(ids), size=max(len(ids), 1))
        result = desk.look(user, query)
    except SearchUnavailable:
        return []
    rows = desk.rows(user, query, result, desk.labels(query, result))
    return sorted(rows, key=lambda row: ids.index(row.submission.pk))


def neighbour(user, query: Query, place: int) -> desk.Row | None:
    """Return the row at one place of a result."""
    query = replace(query, page=place, size=1)
    result = engine().search(scoped(user, query))
    return next(iter(desk.rows(user, query, result, desk.labels(query, result))), None)


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
    return redirect(f"{reverse('desk_submission', args=[one.reference])}?{parameters.urlencode()}")


@dataclass(frozen=True, slots=True)
class Member:
    """One copy of a letter, and what its sender changed."""

    submission: Submission
    changes: tuple[Change, ...]


@permission_required(SEARCH, raise_exception=True)
def copies(request, reference):
    """Show what every sender of a letter changed in it, and the letter once."""
    one, scope = findable(request.user, reference), visible(request.user)
    sent = members(scope, letter_of(one, shown_revision(one)))
    letter = sent.first() or one
    page = Paginator(sent.exclude(pk=letter.pk), PAGE_SIZE).get_page(request.GET.get("part"))
    words = shown_revision(letter).text
    context = {
        "header": [*HEADER, {"url": "", "label": _("What people added")}],
        "letter": letter,
        "words": words,
        "page": page,
        "members": [Member(each, changed(words, shown_revision(each).text)) for each in page],
    }
    return render(request, "search/copies.html", context)


def members(scope, letter: int):
    """Select the copies of a letter that lie in a scope, the first that came in first."""
    texts = Screening.objects.filter(campaign__letter__submission=letter).values("revision")
    public = Q(status=Status.PUBLISHED, cleared__in=texts)
    restricted = Q(status__in=[status for status in VISIBILITY if status != Status.PUBLISHED], current__in=texts)
    rows = Submission.objects.filter(public | restricted)
    within = [status for status, visibility in VISIBILITY.items() if visibility in scope]
    return rows.filter(status__in=within).select_related("current", "cleared").order_by("pk")


def changed(before: str, after: str) -> tuple[Change, ...]:
    """Return only what is not the same in two texts."""
    changes = [change for change in difference(before, after) if change.kind != "same" and change.text.strip()]
    return tuple(Change(change.kind, change.text.lstrip(" .,;:\n") or change.text) for change in changes)

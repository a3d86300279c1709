"""Saved searches: managed by their owners, opened by anybody with the link within their own scope."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.models import User
from search.access.scope import SEARCH_PERMISSION
from search.desk.alerts import newest_event_id
from search.desk.forms import DeskForm
from search.desk.results import label_queries
from search.desk.views.desk import DESK_HEADER
from search.desk.views.tagging import clean_name
from search.language.query import Query, describe_query
from search.models import SavedSearch

MAX_SAVED_SEARCHES = 100  # saved searches for each officer
POSITION_PARAMETERS = ("page", "place", "part")


def clean_query_string(parameters: QueryDict) -> str:
    """Return the query string without position parameters and unknown names, sorted."""
    known = [name for name in parameters if name in DeskForm.base_fields and name not in POSITION_PARAMETERS]
    return urlencode([(name, value) for name in sorted(known) for value in parameters.getlist(name) if value])


def parse_saved_query(saved: SavedSearch) -> Query | None:
    """Return the saved query; None when its query string is no longer valid."""
    form = DeskForm(QueryDict(saved.asked))
    return form.to_query() if form.is_valid() else None


@permission_required(SEARCH_PERMISSION, raise_exception=True)
def saved_list(request):
    """List the person's saved searches."""
    rows = describe_saved(request.user.saved_searches.all())
    header = [*DESK_HEADER, {"url": "", "label": _("Saved searches")}]
    return render(
        request, "search/saved.html", {"header": header, "rows": rows, "site": request.build_absolute_uri("/")}
    )


def describe_saved(searches: Iterable[SavedSearch]) -> list[tuple[SavedSearch, str]]:
    """Return saved searches with what each asks in one sentence; a few queries for any number of them."""
    queries = [(saved, parse_saved_query(saved)) for saved in searches]
    names = label_queries(query for _saved, query in queries if query)
    gone = _("This can no longer be asked.")
    return [(saved, describe_query(query, names) if query else gone) for saved, query in queries]


@require_POST
@permission_required(SEARCH_PERMISSION, raise_exception=True)
def save(request):
    """Save the query in the address under a name."""
    name, asked = clean_name(request.POST.get("name", "")), clean_query_string(request.GET)
    if not name or not DeskForm(QueryDict(asked)).is_valid():
        messages.error(request, _("Give the search a name."))
    elif save_once(request.user, name, asked):
        messages.success(request, _("Saved as “%s”.") % name)
    else:
        messages.error(request, _("You have %d saved searches: delete one first.") % MAX_SAVED_SEARCHES)
    return redirect("desk_saved_list")


@transaction.atomic
def save_once(user, name: str, asked: str) -> bool:
    """Save a query, unless the person has it under this name; return whether it is there now."""
    User.objects.select_for_update().get(pk=user.pk)  # taps at the same moment take turns
    if user.saved_searches.filter(name=name, asked=asked).exists():
        return True
    if user.saved_searches.count() >= MAX_SAVED_SEARCHES:
        return False
    user.saved_searches.create(name=name, asked=asked, last_seen=newest_event_id())
    return True


@permission_required(SEARCH_PERMISSION, raise_exception=True)
def open_saved(request, key):
    """Redirect from a shared link to the desk."""
    return redirect(get_object_or_404(SavedSearch, key=key).desk_url)


@require_POST
@permission_required(SEARCH_PERMISSION, raise_exception=True)
def change(request, key):
    """Rename one of the person's own saved searches, switch its alert, or delete it."""
    saved, wish = get_object_or_404(SavedSearch, key=key, owner=request.user), request.POST.get("do")
    if wish == "delete":
        saved.delete()
    elif wish == "alert":
        saved.alert, saved.last_seen = not saved.alert, newest_event_id()
        saved.save(update_fields=["alert", "last_seen"])
    elif name := clean_name(request.POST.get("name", "")):
        saved.name = name
        saved.save(update_fields=["name"])
    return redirect("desk_saved_list")

"""Tag several submissions: the ticked ones, or a whole result after a confirmation."""

from itertools import islice

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from consultations.models import Submission
from consultations.plain_text import plain_name
from portal.audit import record
from search.access.scope import SEARCH_PERMISSION, may_find, permitted_visibilities, scope_query
from search.desk import results
from search.desk.forms import DeskForm
from search.desk.views.desk import DESK_HEADER, handle_search_unavailable
from search.engines.configured import get_engine
from search.index.relay import bring_up_to_date
from search.language.query import describe_query
from search.models import Tag, TagAction

MAX_CHANGED_AT_ONCE = 10_000  # submissions at once


def redirect_to_result(request):
    """Redirect to the desk with the same query string."""
    return redirect(f"{reverse('desk')}?{request.GET.urlencode()}")


def clean_name(name: str) -> str:
    """Return a name on one line, at most 100 characters; '' for one in which nobody can see anything."""
    return plain_name(name)[:100].strip()


@require_POST
@permission_required(SEARCH_PERMISSION, raise_exception=True)
@handle_search_unavailable
def tag(request):
    """Tag the ticked submissions; ask for confirmation before a whole result is tagged."""
    form, name = DeskForm(request.GET), clean_name(request.POST.get("tag", ""))
    whole, added = request.POST.get("which") == "all", request.POST.get("do") != "remove"
    if not form.is_valid() or not name:
        messages.error(request, _("Name the tag."))
        return redirect_to_result(request)
    if whole and not request.POST.get("sure"):
        return confirm_tagging(request, form.to_query(), name, added=added)
    ids = result_ids(request.user, form.to_query()) if whole else ticked_ids(request)
    if not ids:
        messages.error(request, _("Tick the submissions first."))
        return redirect_to_result(request)
    apply_tag(request, name, ids, added=added)
    return redirect_to_result(request)


def confirm_tagging(request, query, name, *, added):
    """Show the number of submissions that would change, and ask for confirmation."""
    result = results.search_as(request.user, query)
    context = {
        "header": DESK_HEADER,
        "sentence": describe_query(query, results.label_values(query, result)),
        "result": result,
        "count": min(result.total, MAX_CHANGED_AT_ONCE),
        "most": MAX_CHANGED_AT_ONCE if result.total > MAX_CHANGED_AT_ONCE else None,
        "name": name,
        "added": added,
    }
    return render(request, "search/tagging.html", context)


def result_ids(user, query) -> list[int]:
    """Return the first ``MAX_CHANGED_AT_ONCE`` ids of a result, copies of a letter included."""
    bring_up_to_date()
    return list(islice(get_engine().iterate(scope_query(user, query)), MAX_CHANGED_AT_ONCE))


def ticked_ids(request) -> list[int]:
    """Return the ticked ids that the person may find."""
    ticked = [int(value) for value in request.POST.getlist("ticked") if value.isdecimal() and len(value) < 19]
    scope = permitted_visibilities(request.user)
    return [one.pk for one in Submission.objects.filter(pk__in=ticked[:500]) if may_find(scope, one)]


@transaction.atomic
def apply_tag(request, name, ids, *, added):
    """Change the tags, record it in the audit ledger, and add a success message."""
    action = TagAction.apply_tag(request.user, Tag.get_or_create_by_name(name), ids, added=added)
    record("submissions.tagged", actor=request.user, tag=name, count=action.count, added=added)
    said = (
        ngettext("%(n)d submission was tagged “%(tag)s”.", "%(n)d submissions were tagged “%(tag)s”.", action.count)
        if added
        else ngettext(
            "“%(tag)s” was taken off %(n)d submission.", "“%(tag)s” was taken off %(n)d submissions.", action.count
        )
    )
    messages.success(request, said % {"n": action.count, "tag": name})


@require_POST
@permission_required(SEARCH_PERMISSION, raise_exception=True)
def undo(request):
    """Undo the person's last tagging."""
    if action := TagAction.last_undoable(request.user):
        action.undo()
        messages.success(request, _("Taken back."))
    return redirect_to_result(request)

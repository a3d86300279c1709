"""Mark a whole result as read, and undo it."""

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from search.access.scope import SEARCH_PERMISSION
from search.access.user_filters import UNREAD
from search.desk.forms import DeskForm
from search.desk.views.desk import handle_search_unavailable
from search.desk.views.tagging import MAX_CHANGED_AT_ONCE, redirect_to_result, result_ids
from search.models import ReadAction


@require_POST
@permission_required(SEARCH_PERMISSION, raise_exception=True)
@handle_search_unavailable
def mark_result_as_read(request):
    """Mark the hits of the query in the address as read; no confirmation, only the person's own marks change."""
    form = DeskForm(request.GET)
    if form.is_valid():
        query = form.to_query()
        ids = result_ids(request.user, replace(query, read_marks=(*query.read_marks, UNREAD)))
        action = ReadAction.mark_as_read(request.user, ids)
        messages.success(request, success_message(action.count, whole=len(ids) < MAX_CHANGED_AT_ONCE))
    return redirect_to_result(request)


def success_message(count, *, whole):
    """Return the message about the number of marked submissions, and whether more are left."""
    words = ngettext("%(n)d submission was marked as read.", "%(n)d submissions were marked as read.", count)
    more = _("At most %(most)d are marked at once: do it again for the rest.")
    return words % {"n": count} if whole else f"{words} {more}" % {"n": count, "most": MAX_CHANGED_AT_ONCE}


@require_POST
@permission_required(SEARCH_PERMISSION, raise_exception=True)
def undo(request):
    """Undo the person's last marking of several submissions."""
    if action := ReadAction.last_undoable(request.user):
        action.undo()
        messages.success(request, _("Taken back."))
    return redirect_to_result(request)

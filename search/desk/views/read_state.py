"""Marking a whole result as read, and taking that back."""

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from search.access.scope import SEARCH
from search.access.user_filters import UNREAD
from search.desk.forms import DeskForm
from search.desk.views.desk import answers_without_index
from search.desk.views.tagging import MOST, back, result_ids
from search.models import ReadAction


@require_POST
@permission_required(SEARCH, raise_exception=True)
@answers_without_index
def read(request):
    """Mark the result in the address as read: only one's own marks change, so nothing is asked first."""
    form = DeskForm(request.GET)
    if form.is_valid():
        query = form.to_query()
        ids = result_ids(request.user, replace(query, marks=(*query.marks, UNREAD)))
        action = ReadAction.do(request.user, ids)
        messages.success(request, said(action.count, whole=len(ids) < MOST))
    return back(request)


def said(count, *, whole):
    """Say how many were marked, and when there may be more."""
    words = ngettext("%(n)d submission was marked as read.", "%(n)d submissions were marked as read.", count)
    more = _("At most %(most)d are marked at once: do it again for the rest.")
    return words % {"n": count} if whole else f"{words} {more}" % {"n": count, "most": MOST}


@require_POST
@permission_required(SEARCH, raise_exception=True)
def undo(request):
    """Take back what the officer marked as read together last."""
    if action := ReadAction.last_of(request.user):
        action.undo()
        messages.success(request, _("Taken back."))
    return back(request)

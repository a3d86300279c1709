"""The status of search, inside the Wagtail admin, and asking for a rebuild of the index."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from portal.jobs.views import progress, worker_seems_down
from search.access.scope import SEARCH_PERMISSION
from search.index.status import get_search_status
from search.models import PoisonDocument, Rebuild

REBUILD_PERMISSION = "search.rebuild_index"
POISON_SHOWN = 20  # those that wait longest first
DESK_BREADCRUMB = {"url": reverse_lazy("desk"), "label": gettext_lazy("Desk")}


def may_see_status(user):
    """Return whether a user may search or rebuild."""
    return user.has_perm(SEARCH_PERMISSION) or user.has_perm(REBUILD_PERMISSION)


@require_safe
def search_status(request):
    """Show the state of search and the progress of a rebuild."""
    if not may_see_status(request.user):
        raise PermissionDenied
    rebuild = Rebuild.current()
    desk = [DESK_BREADCRUMB] if request.user.has_perm(SEARCH_PERMISSION) else []
    context = {
        "header": [*desk, {"url": "", "label": _("Search status")}],
        "status": get_search_status(),
        "poison": PoisonDocument.objects.select_related("submission").order_by("first_at")[:POISON_SHOWN],
        "rebuild": rebuild,
        "failed": None if rebuild else Rebuild.latest_failure(),
        "worker_down": bool(rebuild) and worker_seems_down([rebuild]),
    }
    return render(request, "search/status.html", context)


@require_POST
@permission_required(REBUILD_PERMISSION, raise_exception=True)
def rebuild_start(request):
    """Request a rebuild, unless one is waiting or running."""
    Rebuild.ask(request.user)
    return redirect("search_status")


@require_safe
@permission_required(REBUILD_PERMISSION, raise_exception=True)
def rebuild_progress(request):
    """Return the progress of the waiting or running rebuild as JSON."""
    return progress(Rebuild.objects.unfinished().order_by("id")[:1])


@require_POST
@permission_required(REBUILD_PERMISSION, raise_exception=True)
def rebuild_cancel(request, pk):
    """Cancel a rebuild; the old index stays in use."""
    if get_object_or_404(Rebuild, pk=pk).cancel():
        messages.success(request, _("The rebuild is cancelled; the old index stays in use."))
    else:
        messages.info(request, _("The rebuild was over already."))
    return redirect("search_status")

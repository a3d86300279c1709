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
from search.access.scope import SEARCH
from search.index.status import status
from search.models import PoisonDocument, Rebuild

REBUILD = "search.rebuild_index"
POISON_LISTED = 20  # those that wait longest first
DESK = {"url": reverse_lazy("desk"), "label": gettext_lazy("Desk")}


def may_see_status(user):
    """Return whether somebody may see how search is: whoever searches, and whoever may have it rebuilt."""
    return user.has_perm(SEARCH) or user.has_perm(REBUILD)


@require_safe
def page(request):
    """Show how search is, and how far a rebuild is."""
    if not may_see_status(request.user):
        raise PermissionDenied
    rebuild = Rebuild.current()
    context = {
        "header": [*([DESK] if request.user.has_perm(SEARCH) else []), {"url": "", "label": _("Search status")}],
        "status": status(),
        "poison": PoisonDocument.objects.select_related("submission").order_by("first_at")[:POISON_LISTED],
        "rebuild": rebuild,
        "failed": None if rebuild else Rebuild.latest_failure(),
        "worker_down": bool(rebuild) and worker_seems_down([rebuild]),
    }
    return render(request, "search/status.html", context)


@require_POST
@permission_required(REBUILD, raise_exception=True)
def rebuild_start(request):
    """Ask for a rebuild, unless one waits or runs."""
    Rebuild.ask(request.user)
    return redirect("search_status")


@require_safe
@permission_required(REBUILD, raise_exception=True)
def rebuild_progress(request):
    """Answer with the progress of the rebuild that waits or runs."""
    return progress(Rebuild.objects.unfinished().order_by("id")[:1])


@require_POST
@permission_required(REBUILD, raise_exception=True)
def rebuild_cancel(request, pk):
    """Stop a rebuild; the old index stays in use."""
    if get_object_or_404(Rebuild, pk=pk).cancel():
        messages.success(request, _("The rebuild is cancelled; the old index stays in use."))
    else:
        messages.info(request, _("The rebuild was over already."))
    return redirect("search_status")

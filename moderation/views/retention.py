"""How long data is kept: the periods, what would be deleted now, and what was."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.auth import permission_required

from consultations.models import ConsultationPage
from moderation.models import RetentionPeriod, RetentionRun
from moderation.models.erasure_wish import ERASE
from moderation.models.retention import MONTHS_WITHOUT_ANSWER, RetentionKind
from moderation.retention.due import due_rows
from moderation.retention.forms import PeriodsForm
from moderation.retention.job import start_run
from moderation.views.privacy import header
from portal.jobs.views import progress, worker_seems_down
from portal.models import UnusedAccount
from portal.privacy.inactive import months_ago, unused_since

RUNS_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ERASE)
def retention(request):
    """Show the periods for all consultations, what would go now, and the last runs; store other periods."""
    form = PeriodsForm(request.POST or None)
    if form.is_valid():
        form.state(request.user)
        messages.success(request, _("The periods are changed. Nothing was deleted yet: see below what would be."))
        return redirect("retention")
    runs = list(RetentionRun.objects.select_related("asked_by").order_by("-pk")[:RUNS_SHOWN])
    due = due_rows()
    context = {
        "form": form,
        "due": due,
        "due_count": sum(each.count for each in due),
        "runs": runs,
        "unfinished": next((run for run in runs if not run.is_over), None),
        "worker_down": worker_seems_down(runs),
        "unused": unused_figures(),
        "months_without_answer": MONTHS_WITHOUT_ANSWER,
        "consultations": ever_public().order_by("-closes_at"),
        "header": header({"url": "", "label": _("How long data is kept")}),
    }
    return render(request, "moderation/retention.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ERASE)
def retention_of(request, pk):
    """Show and store the periods of one consultation."""
    consultation = get_object_or_404(ever_public(), pk=pk)
    form = PeriodsForm(request.POST or None, consultation=consultation)
    if form.is_valid():
        form.state(request.user)
        messages.success(request, _("The periods are changed. Nothing was deleted yet: see below what would be."))
        return redirect("retention")
    places = (
        {"url": reverse("retention"), "label": _("How long data is kept")},
        {"url": "", "label": consultation.title},
    )
    context = {"form": form, "consultation": consultation, "header": header(*places)}
    return render(request, "moderation/retention_of.html", context, status=422 if form.is_bound else 200)


@require_POST
@permission_required(ERASE)
def retention_start(request):
    """Ask the worker to delete what is due."""
    run = start_run(request.user)
    messages.success(request, _("The worker begins in a moment.") if run.asked_by else _("A run is under way already."))
    return redirect("retention")


@require_safe
@permission_required(ERASE)
def retention_progress(request):
    """Answer with the progress of the runs."""
    return progress(RetentionRun.objects.unfinished())


def unused_figures():
    """Return how many owners of unused accounts were told, once and twice, and how many of these have a role."""
    over_at = months_ago(RetentionPeriod.objects.months()[RetentionKind.ACCOUNTS])
    warned = UnusedAccount.objects.all()
    return {
        "warned": warned.filter(warned_again_at=None).count(),
        "warned_again": warned.exclude(warned_again_at=None).count(),
        "with_role": unused_since(over_at, with_role=True).count(),
    }


def ever_public():
    """Select the consultations that were public once: nobody wrote to a draft, and its title is its editors' matter."""
    was_public = Q(live=True) | Q(first_published_at__isnull=False)
    return ConsultationPage.objects.filter(was_public).defer("body", "outcome")

"""The moderators' queue, inside the Wagtail admin: what waits, oldest due first."""

from itertools import chain

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.auth import permission_required
from wagtail.admin.paginator import WagtailPaginator

from moderation.forms import OpenForm
from moderation.models import Case
from moderation.reading import counts, holding_clauses, is_distressing, noted_for_list, waiting_for_list

MODERATE = "consultations.moderate_submission"
PAGE = 25
TRIES = 25  # how many cases a colleague may snatch before we give up


@require_safe
@permission_required(MODERATE)
def queue(request):
    """List the waiting cases."""
    return shown(request, OpenForm())


@require_safe
@permission_required(MODERATE)
def noted(request):
    """List what a rule let pass with a note, latest first: it is public, and nobody has looked yet."""
    page = WagtailPaginator(noted_for_list(), PAGE).get_page(request.GET.get("p"))
    header = [{"url": reverse("queue"), "label": _("Queue")}, {"url": "", "label": _("Published with a note")}]
    return render(request, "moderation/noted.html", {"page": page, "header": header})


@require_POST
@permission_required(MODERATE)
def open_submission(request):
    """Open any submission by its reference, and lead to its case."""
    form = OpenForm(request.POST)
    if not form.is_valid():
        form.fields["reference"].widget.attrs["autofocus"] = True  # it stands at the foot of a long page
        return shown(request, form, status=422)
    case = form.save()
    case.claim(request.user)
    return redirect("queue_case", case.pk)


@require_POST
@permission_required(MODERATE)
def next_case(request):
    """Lead to the next free case, leaving the one at hand."""
    at_hand = request.POST.get("leaving", "")
    leaving = Case.objects.filter(pk=at_hand).first() if at_hand.isdecimal() else None
    if leaving:
        leaving.release(request.user)
    return redirect_to_next(request, leaving)


def redirect_to_next(request, leaving=None):
    """Claim the next free case and lead to it; to the queue when there is none."""
    for case in free_cases(request.user, leaving):
        if case.claim(request.user):
            return redirect("queue_case", case.pk)
    messages.info(request, _("No other case is free. You have reached the end of the queue."))
    return redirect("queue")


def free_cases(user, leaving=None):
    """Return the free cases, oldest due first; from the one that is left on, and around."""
    free = Case.objects.waiting().free_for(user)
    if leaving is None:
        return free[:TRIES]
    later = Q(due_at__gt=leaving.due_at) | Q(due_at=leaving.due_at, pk__gt=leaving.pk)
    return chain(free.filter(later)[:TRIES], free.exclude(later).exclude(pk=leaving.pk)[:TRIES])


def row(case, user):
    """Return what a row of the queue says of a case."""
    clauses = holding_clauses(case)
    return {
        "case": case,
        "clauses": clauses,
        "distressing": is_distressing(clauses),
        "colleague": case.claimed_by_other(user),
    }


def shown(request, form, status=200):
    """Show the list."""
    page = WagtailPaginator(waiting_for_list(), PAGE).get_page(request.GET.get("p"))
    context = {
        "page": page,
        "rows": [row(case, request.user) for case in page],
        "counts": counts(),
        "form": form,
        "header": [{"url": "", "label": _("Queue")}],
    }
    return render(request, "moderation/queue.html", context, status=status)

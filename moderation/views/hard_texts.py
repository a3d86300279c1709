"""Opening what is not shown at once: texts that are hard to read, and sealed ones in an appeal."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from moderation.models import Case, Exposure
from moderation.review.exposure import open_text
from moderation.review.filters import filters_query
from moderation.review.sealing import open_sealed
from moderation.views.access import of_case
from moderation.views.case_page import Sight, obstacle

FOR_APPEAL = "An appeal against what was taken out."


@require_POST
@of_case
def show_text(request, case):
    """Open a text that may be hard to read, after asking once when the moderator has read many."""
    if Sight(request, case).shut:
        if Exposure.is_enough_for(request.user) and "anyway" not in request.POST:
            context = {"case": case, "read": Exposure.recent(request.user), "filters_query": filters_query(request)}
            return render(request, "moderation/enough.html", context)
        open_text(request.user, case)
    return redirect(reverse("queue_case", args=[case.pk]) + filters_query(request))


@require_POST
@of_case
def unseal(request, case):
    """Open the whole of a text for whoever looks again at what was taken out of it; the ledger tells."""
    if case.cause != Case.Cause.APPEALED or case.claimed_by_id != request.user.pk or obstacle(case, request.user):
        raise PermissionDenied
    open_sealed(case.submission, actor=request.user, reason=FOR_APPEAL)
    request.session["unsealed"] = [*request.session.get("unsealed", []), case.pk]
    return redirect(reverse("queue_case", args=[case.pk]) + filters_query(request))

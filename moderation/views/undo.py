"""Taking a decision back from the message that told of it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consultations.models import StaleSubmission
from moderation.models import CaseClosed, Decision
from moderation.review.decisions import take_back
from moderation.views.access import SOME_DESK


@require_POST
@SOME_DESK
def undo(request, key):
    """Take a decision back, and lead to its case; say why when it is too late."""
    decision = get_object_or_404(Decision.objects.select_related("case__submission"), key=key)
    try:
        take_back(decision, request.user)
    except (CaseClosed, StaleSubmission) as error:
        messages.warning(request, str(error))
    else:
        words = _("Taken back. %s is as it was before, and yours.") % decision.case.submission.reference
        messages.success(request, words)
    return redirect("queue_case", decision.case_id)

"""Reading clean texts ten at a time: what was read is published together, what was set aside waits."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import permission_required

from moderation.models import Decision, Skip
from moderation.review.bulk import decide_together
from moderation.review.queue_queries import listed
from moderation.review.reading import READING_SIZE, clean_cases
from moderation.review.tray import tray_of
from moderation.views.bulk import MODERATE, header_of_queue, keep_left, on_the_page
from portal.audit.looking import record_look


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MODERATE)
def reading(request):
    """Show the next clean texts, or publish those that were read and not set aside."""
    if request.method == "POST":
        return published(request)
    cases = list(listed(clean_cases(request.user))[:READING_SIZE])
    if cases:
        references = [case.submission.reference for case in cases]
        record_look("reading.opened", request.user, question=",".join(references), texts=references)
    context = {
        "cases": cases,
        "left": clean_cases(request.user).count(),
        "tray": tray_of(request.user),
        "header": [*header_of_queue(), {"url": "", "label": _("Reading list")}],
    }
    return render(request, "moderation/reading.html", context)


def published(request):
    """Publish what the page listed, and leave for later what was set aside."""
    shown = on_the_page(request)
    aside = {int(value) for value in request.POST.getlist("aside") if value.isdecimal()}
    cases = list(clean_cases(request.user).filter(pk__in=shown))
    Skip.note(request.user, [case for case in cases if case.pk in aside])
    read = {pk: revision for pk, revision in shown.items() if pk not in aside}
    if not read:
        return redirect("queue_reading")
    made, left = decide_together(
        cases,
        read,
        title=_("Reading list"),
        read=list(read),
        actor=request.user,
        action=Decision.Action.PUBLISH,
    )
    keep_left(request, made, left)
    return redirect(reverse("queue_batch", args=[made.pk]))

"""The privacy officer's desk: sealed originals, opened for a reason, and erasure."""

from django.contrib import messages
from django.forms import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.auth import permission_required
from wagtail.admin.paginator import WagtailPaginator

from consultations.models import StaleSubmission, Submission
from moderation.models import Decision, Erasure, ErasureUnchanged
from moderation.models.erasure_wish import ERASE
from moderation.review.privacy_forms import ErasureForm, ReasonForm
from moderation.review.sealing import (
    count_colleagues_words,
    find_by_reference,
    open_sealed,
    sealed_name,
    sealed_revisions,
)
from portal.agency.days import MomentField
from portal.audit.looking import record_look

REDACTIONS_ON_A_PAGE = 25
SEALED = "consultations.read_sealed_submission"
ERASED = gettext_lazy("%s is erased. Its replies and the record of what was decided stand.")


@require_safe
@permission_required(SEALED)
def privacy(request):
    """Ask for a reference, and list what was redacted; with `since`, from that moment on."""
    typed = request.GET.get("reference", "").strip()
    found = find_by_reference(typed) if typed else None
    if found:
        return redirect("privacy_submission", found.reference)
    since = moment_asked(request.GET.get("since", ""))
    redacted = redactions().filter(created_at__gte=since) if since else redactions()
    rows = redacted.select_related("revision__submission__consultation").defer("revision__text")
    page = WagtailPaginator(rows, REDACTIONS_ON_A_PAGE).get_page(request.GET.get("p"))
    asked = Erasure.objects.waiting().select_related("submission") if request.user.has_perm(ERASE) else ()
    context = {"typed": typed, "since": since, "page": page, "asked": asked, "header": header()}
    return render(request, "moderation/privacy.html", context, status=404 if typed else 200)


def redactions():
    """Select the redactions that stand, latest first."""
    return Decision.objects.filter(action=Decision.Action.REDACT, undone_at=None)


def moment_asked(typed):
    """Return the moment that an address names, or None."""
    try:
        return MomentField(required=False).clean(typed)
    except ValidationError:
        return None


@require_safe
@permission_required(SEALED)
def submission(request, reference):
    """Show what is sealed of a submission, still closed."""
    one = found_or_404(reference)
    record_look("submission.opened", request.user, one)
    return shown(request, one)


@require_POST
@permission_required(SEALED)
def open_original(request, reference):
    """Open the sealed text for a reason, and log it."""
    one = found_or_404(reference)
    form = ReasonForm(request.POST, submission=one)
    if not form.is_valid():
        return shown(request, one, form=form, status=422)
    opened = open_sealed(one, actor=request.user, reason=form.cleaned_data["reason"])
    return shown(request, one, opened=opened)  # the staff area is never cached


@require_POST
@permission_required(ERASE)
def erase_submission(request, reference):
    """Ask for the text to be erased for ever; in an emergency, erase it."""
    one = found_or_404(reference)
    form = ErasureForm(request.POST, submission=one)
    if not form.is_valid():
        return shown(request, one, erasure=form, status=422)
    alone, reason = form.cleaned_data["alone"], form.cleaned_data["reason"]
    change = Erasure.at_once if alone else Erasure.ask
    words = ERASED if alone else gettext_lazy("A colleague has to approve that %s is erased. They are told.")
    return changed(request, reference, lambda: change(one, actor=request.user, reason=reason), words)


@require_POST
@permission_required(ERASE)
def approve_erasure(request, reference):
    """Erase the text for ever, as a colleague has asked."""
    return changed(request, reference, lambda: waiting_or_404(reference).approve(request.user), ERASED)


@require_POST
@permission_required(ERASE)
def refuse_erasure(request, reference):
    """Keep the text: turn a colleague's wish to erase it down, or take one's own back."""
    words = gettext_lazy("%s is not erased.")
    return changed(request, reference, lambda: waiting_or_404(reference).refuse(request.user), words)


def waiting_or_404(reference):
    """Return the erasure of a text that waits for an answer."""
    waiting = Erasure.objects.waiting().select_related("submission__response")
    return get_object_or_404(waiting, submission__reference=reference)


def changed(request, reference, change, words):
    """Make a change, say what came of it, and lead back to the text's page."""
    try:
        change()
    except (StaleSubmission, ErasureUnchanged) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words % reference)
    return redirect("privacy_submission", reference)


def found_or_404(reference):
    """Return a submission with its consultation."""
    return get_object_or_404(Submission.objects.select_related("consultation", "current"), reference=reference)


def header(*places):
    """Return the way to this page."""
    return [{"url": reverse("privacy"), "label": _("Privacy")}, *places]


def shown(request, one, *, form=None, erasure=None, opened=(), status=200):
    """Show the page of one submission."""
    context = {
        "submission": one,
        "sealed": sealed_revisions(one),
        "opened": opened,
        "opened_name": sealed_name(one) if opened else "",
        "form": form or ReasonForm(submission=one),
        "erasure": erasure or ErasureForm(submission=one),
        "asked": one.erasures.waiting().select_related("asked_by").first(),
        "done": one.erasures.exclude(erased_at=None).select_related("asked_by", "approved_by").first(),
        "may_erase": request.user.has_perm(ERASE) and one.erased_at is None,
        "written_about": count_colleagues_words(one),
        "header": header({"url": "", "label": one.reference}),
    }
    return render(request, "moderation/privacy_submission.html", context, status=status)

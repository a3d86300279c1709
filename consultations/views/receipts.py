"""The receipt: what became of a text, and its author's way to change or withdraw it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from consultations.models import EventKind, StaleSubmission, Status, Submission, answers_to, may_change
from consultations.modes.table import event_kinds_of_modes, load, submission_kind
from consultations.outcomes import answered_at, points_on_receipt
from consultations.receipt_links import opens_receipt
from consultations.submitting.once import note_receipt_opened
from consultations.submitting.paused import answer_paused, typed_in
from portal.http.same_origin import same_origin_form
from portal.http.security_events import SecurityEvent, mark_refusal

TIMELINE_TITLES = {
    EventKind.RECEIVED: gettext_lazy("We received it"),
    EventKind.REVISED: gettext_lazy("You changed it"),
    EventKind.REDACTED: gettext_lazy("A moderator took passages out"),
    EventKind.CHANGE_REFUSED: gettext_lazy("Your change was not accepted; the text before it stays public"),
    EventKind.RETURNED: gettext_lazy("We asked you to change it"),
    EventKind.UNDONE: gettext_lazy("A moderator took the last decision back"),
    EventKind.ERASED: gettext_lazy("The text was erased for ever"),
    **{EventKind(status): status.label for status in Status if status != Status.RECEIVED},
}


def found(request, reference):
    """Return the submission and the key, '' unless it is the author's."""
    submission = get_object_or_404(
        Submission.objects.select_related("consultation", "parent", "current", "cleared", "question", "response"),
        reference=reference,
    )
    key = request.GET.get("key", "")
    is_own = opens_receipt(key, reference)
    if key and not is_own:
        mark_refusal(request, SecurityEvent.BAD_LINK)
    return submission, key if is_own else ""


def own_or_404(request, reference):
    """Return a submission to its author and to nobody else."""
    submission, key = found(request, reference)
    if not key:
        raise Http404("Only the author's own link opens this page.")
    return submission


@never_cache
def receipt(request, reference):
    """Show its author what became of a text, with the text and the reasons; others see no more than what is public."""
    submission, key = found(request, reference)
    if not key:
        return someone_elses_receipt(request, submission)
    note_receipt_opened(request, submission)
    agency_answers = answers_to(submission)
    context = {
        "submission": submission,
        "kind": submission_kind(submission),
        "key": key,
        "is_new": bool(request.GET.get("new")),
        "waiting": submission.is_waiting,
        "due_at": submission.review_due_at,
        "can_edit": submission.is_editable
        and may_change(request.user, submission)
        and (submission.is_change_requested or not agency_answers),
        "editable_until": submission.editable_until,
        "can_withdraw": submission.status != Status.WITHDRAWN and may_change(request.user, submission),
        "timeline": timeline(submission),
        "points": points_on_receipt(submission.consultation, {submission.reference}),
        "answered_at": answered_at(submission.consultation),
        "agency_answers": agency_answers,
        **look_of_status(submission),
    }
    return render(request, "consultations/receipt.html", context)


def someone_elses_receipt(request, submission):
    """Show a receipt to whoever knows the reference alone: references are public, so it says nothing of its own.

    Of a text that is not public the page does not even tell where it was sent.
    """
    context = {"reference": submission.reference, "submission": submission if submission.is_public else None}
    return render(request, "consultations/receipt_without_key.html", context)


def look_of_status(submission):
    """Return the tone and the icon of the notice that says where a submission stands."""
    if submission.status == Status.REFUSED:
        return {"tone": "stop", "icon_name": "warning"}
    if submission.is_waiting:
        return {"tone": "wait", "icon_name": "clock"}
    if submission.is_public:
        return {"tone": "good", "icon_name": "check"}
    return {"tone": "note", "icon_name": "info"}


def timeline(submission):
    """Return what happened to the text, in words and in order; not how colleagues worked on it."""
    titles = TIMELINE_TITLES | event_kinds_of_modes()
    events = submission.events.filter(kind__in=titles)
    return [{"at": event.created_at, "title": titles[event.kind], "detail": ""} for event in events]


@same_origin_form
@never_cache
def revise(request, reference):
    """Let the author change the text; the public sees the new one only once it is cleared.

    The same words again change nothing.
    """
    submission = own_or_404(request, reference)
    form = load(submission_kind(submission).revision_form)(request.POST or None, request=request, submission=submission)
    if submission.status != Status.WITHDRAWN and form.has_words_of_current():
        return nothing_new(request, form)
    if not (submission.is_editable and may_change(request.user, submission)):
        return too_late(request, submission)
    if submission.consultation.pause and not submission.is_change_requested:
        return answer_paused(request, submission.consultation, back=submission.get_receipt_url())
    try:
        stored = form.is_valid() and not form.needs_confirmation(submission) and form.save(actor=submission.author)
    except StaleSubmission:  # withdrawn in another window, a moment ago
        return too_late(request, submission)
    if not stored:
        return show_revision_form(request, form)
    messages.success(request, _("Your new text is in."))
    return redirect(submission.get_receipt_url())


def nothing_new(request, form):
    """Lead to the receipt without a new revision: a second tap sent the same words, or nothing was changed."""
    is_second_tap = not form.is_valid()  # the first one made the revision that the form had read an old one
    said = _("Your new text is in.") if is_second_tap else _("Nothing was changed: we have your text in these words.")
    messages.success(request, said)
    return redirect(form.submission.get_receipt_url())


def show_revision_form(request, form):
    """Render the form for a new text."""
    submission = form.submission
    context = {
        "submission": submission,
        "page": submission.consultation,
        "form": form,
        "back": submission.get_receipt_url(),
        "editable_until": submission.editable_until,
        "asked_for": submission.is_change_requested,
    }
    return render(request, "consultations/revise.html", context, status=422 if form.errors else 200)


def too_late(request, submission):
    """Say that the text can no longer be changed; what was typed all the same is given back."""
    if typed := typed_in(request):
        is_withdrawn = submission.status == Status.WITHDRAWN
        context = {"page": submission.consultation, "typed": typed, "is_withdrawn": is_withdrawn}
        return render(request, "consultations/too_late.html", context, status=409)
    messages.error(request, _("This text can no longer be changed."))
    return redirect(submission.get_receipt_url())


@same_origin_form
@never_cache
def withdraw(request, reference):
    """Let the author take the text back, after asking once; a second time changes nothing."""
    submission = own_or_404(request, reference)
    if not may_change(request.user, submission):
        return too_late(request, submission)
    if request.method == "POST":
        submission.withdraw(actor=submission.author)
        messages.success(request, _("Your text is withdrawn. Nobody sees it on this site any more."))
        return redirect(submission.get_receipt_url())
    context = {"submission": submission, "page": submission.consultation, "back": submission.get_receipt_url()}
    return render(request, "consultations/withdraw.html", context)

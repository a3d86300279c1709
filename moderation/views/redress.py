"""What people say back: readers report a text, authors ask for another look at a decision."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from consultations.access import consultation_or_404
from consultations.models import Submission
from consultations.submitting.once import Sending, note_receipt_opened, once
from consultations.views.receipts import own_or_404
from moderation.models import PolicyVersion, Report
from moderation.models.redress import opens_report
from moderation.redress import appeals
from moderation.redress.forms import AppealForm, ReportForm
from moderation.redress.reports import NotReportable
from moderation.redress.statements_of_reasons import latest_decision, statement_of
from portal.http.page_cache import public_page
from portal.http.same_origin import same_origin_form


def shown_or_404(request, reference):
    """Return a submission that this visitor may read, or whose place a tombstone keeps."""
    found = Submission.objects.in_thread().with_text().select_related("consultation", "parent")
    submission = get_object_or_404(found.exclude(consultation=None), reference=reference)
    submission.consultation = consultation_or_404(request, submission.consultation.slug)
    return submission


@same_origin_form
@public_page()
@once
def report(request, reference):
    """Take in what a reader says of a public text; the answer leads to a page that will tell what came of it."""
    sending = Sending.of(request) if request.method == "POST" else None
    if sending:
        sending.raise_if_sent_before()
    submission = shown_or_404(request, reference)
    if not submission.is_public:  # withdrawn or removed meanwhile: its place says what became of it
        return redirect(submission.get_absolute_url())
    form = ReportForm(request.POST if sending else None, request=request, submission=submission)
    if form.is_valid() and (made := take_in_report(form, sending)):
        return sending.redirect_to_receipt(request, made)
    context = {"submission": submission, "page": submission.consultation, "form": form}
    return render(request, "moderation/report.html", context, status=422 if form.errors else 200)


def take_in_report(form, sending):
    """Take a report in and return it; None, with an error on the form, when it comes too late."""
    try:
        return sending.save_once(lambda note: form.save(reporter_key=sending.visitor.key, alongside=note))
    except NotReportable as error:
        sending.raise_if_sent_before()  # by the same form, a moment ago
        form.add_error(None, str(error))
        return None


@never_cache
def report_outcome(request, reference):
    """Tell a reader what came of a report."""
    found = Report.objects.select_related("submission__consultation", "submission__parent")
    made = get_object_or_404(found, reference=reference)
    if not opens_report(request.GET.get("key", ""), reference):
        raise Http404("Only the reader's own link opens this page.")
    note_receipt_opened(request, made)
    version = PolicyVersion.current()
    context = {
        "report": made,
        "submission": made.submission,
        "page": made.submission.consultation,
        "clause": version.clause(made.clause) if version and made.clause else None,
        "is_new": "new" in request.GET,
    }
    return render(request, "moderation/report_outcome.html", context)


@same_origin_form
@never_cache
def appeal(request, reference):
    """Let the author ask for another look at the decision that stands; twice in the same words is once."""
    submission = own_or_404(request, reference)
    decision = latest_decision(submission)
    if request.method == "POST" and appeals.was_made(decision, request.POST):
        return redirect(appealed(submission))
    if why_not := obstacle(decision, submission):
        messages.error(request, why_not)
        return redirect(submission.get_receipt_url())
    form = AppealForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and take_in(request, form, decision):
        return redirect(appealed(submission))
    context = {"submission": submission, "page": submission.consultation, "form": form, "said": statement_of(decision)}
    context["appeal_url"], context["back"] = request.get_full_path(), submission.get_receipt_url()
    return render(request, "moderation/appeal.html", context, status=422 if form.errors else 200)


def appealed(submission):
    """Return where the author sees that there will be another look."""
    return submission.get_receipt_url() + "#another-look"


def obstacle(decision, submission):
    """Return why there cannot be another look, as a sentence; nothing when there can."""
    if decision is None:
        return _("There is nothing to appeal against.")
    return appeals.reason_not_appealable(decision, submission, appeals.appeal_deadline(decision))


def take_in(request, form, decision):
    """Take in an appeal against the decision that its author read; say what happens, or why nothing does."""
    if form.cleaned_data["decision"] != decision.key:
        form.add_error(None, _("Somebody has decided on your text again meanwhile. Read that decision first."))
        return False
    try:
        appeals.file_appeal(decision, form.cleaned_data["text"])
    except appeals.NotAppealable as error:
        if appeals.was_made(decision, request.POST):  # by the same form, a moment ago
            return True
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Somebody else looks at it again. You find the answer here."))
    return True

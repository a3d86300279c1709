"""One case of the queue: read, taken, given back, decided."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.auth import permission_required

from consultations.models import StaleSubmission, Status
from moderation.decisions import decide, in_words, refuse_late_decision
from moderation.forms import DecisionForm
from moderation.models import Case, CaseClosed, Decision, PolicyVersion
from moderation.reading import (
    counts,
    decisions_on,
    earlier_texts,
    marked,
    others_by_author,
    readable_revision,
    sealed_up_to,
)
from moderation.views.queue import MODERATE, redirect_to_next

READ_WITH = ("submission__consultation", "submission__parent__cleared", "revision", "claimed_by")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MODERATE)
def case(request, pk):
    """Show a case, or take its decision."""
    found = found_or_404(pk)
    if request.method == "POST":
        return decided(request, found)
    return shown(request, found)


@require_POST
@permission_required(MODERATE)
def take(request, pk):
    """Mark the case as looked at by the moderator; a page that stays open asks again by itself."""
    found = found_or_404(pk)
    taken = found.claim(request.user)
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return HttpResponse(status=204 if taken else 409)
    colleague = found.claimed_by_other(request.user)
    if colleague:
        messages.warning(request, _("%s is looking at this case.") % colleague)
    return redirect("queue_case", pk)


@require_POST
@permission_required(MODERATE)
def release(request, pk):
    """Give the case back."""
    found = found_or_404(pk)
    found.release(request.user)
    messages.success(request, _("%s is back in the queue.") % found.submission.reference)
    return redirect("queue")


def found_or_404(pk):
    """Return a case with what its page shows."""
    return get_object_or_404(Case.objects.select_related(*READ_WITH), pk=pk)


def decided(request, case):
    """Decide the case and go to the next; when that cannot be, say why and lose nothing that was typed."""
    text = marked(case.submission, case.revision)
    form = form_for(case, text, data=request.POST)
    try:
        read = case.revision_id if request.POST.get("revision") == str(case.revision_id) else None
        refuse_if_taken(case, request.user)
        refuse_late_decision(case, case.submission, read)
        if not form.is_valid():
            return shown(request, case, form=form, status=422)
        decision = decide(case, revision_id=read, by=request.user, **form.decision)
    except (CaseClosed, StaleSubmission) as error:
        return shown(request, found_or_404(case.pk), problem=str(error), typed=request.POST, status=409)
    messages.success(request, outcome_in_words(case.submission, decision))
    return redirect_to_next(request)


def refuse_if_taken(case, user):
    """Raise CaseClosed while a colleague is looking at the case; otherwise it is the user's."""
    if case.closed_at or case.claim(user):
        return
    if colleague := case.claimed_by_other(user):
        raise CaseClosed(_("%s is looking at this case now, so nothing was decided.") % colleague)


def outcome_in_words(submission, decision):
    """Return what was decided, in one line."""
    clauses = in_words(decision.version, [citation.clause for citation in decision.citations.all()])
    sentence = {
        Decision.Action.PUBLISH: _("%(reference)s is published."),
        Decision.Action.REDACT: _("%(reference)s is published without the marked passages: %(clauses)s."),
        Decision.Action.REFUSE: _("%(reference)s is refused under %(clauses)s."),
    }[decision.action]
    return sentence % {"reference": submission.reference, "clauses": clauses}


def clauses_in_force():
    """Return the clauses of the policy in force."""
    version = PolicyVersion.current()
    return version.policy.clauses if version else ()


def form_for(case, text, data=None, typed=None):
    """Return the decision form of a case; `typed` fills a new one with what was sent before."""
    initial = {}
    if typed:
        initial = {"clauses": typed.getlist("clauses"), "others": typed.get("others"), "reason": typed.get("reason")}
        if typed.get("revision") == str(case.revision_id):
            initial["passages"] = typed.getlist("passages")
    return DecisionForm(data, revision=case.revision, marks=text.marks, clauses=clauses_in_force(), initial=initial)


def shown(request, case, *, form=None, problem="", typed=None, status=200):
    """Show a case: with the decision form to whoever has taken it."""
    decisions = decisions_on(case.submission)
    revision = readable_revision(case, decisions)
    text = marked(case.submission, revision)
    context = {
        "case": case,
        "problem": problem,
        "typed": typed,
        "counts": counts(),
        "header": [{"url": reverse("queue"), "label": _("Queue")}, {"url": "", "label": case.submission.reference}],
        **who_has_it(case, request.user),
        **the_text(revision, text, form or form_for(case, text, typed=typed)),
        **its_past(case.submission, revision, decisions),
    }
    return render(request, "moderation/case.html", context, status=status)


def who_has_it(case, user):
    """Return whether the user may decide, or who else is looking at it."""
    is_open = case.closed_at is None and case.submission.status != Status.WITHDRAWN
    return {
        "is_open": is_open,
        "mine": is_open and case.claimed_by_id == user.pk,
        "colleague": case.claimed_by_other(user) if is_open else None,
    }


def the_text(revision, text, form):
    """Return the text with its findings, each with its checkbox, and the clauses they are about."""
    boxes = form.boxes()
    concerned = {mark.clause.key for mark in text.marks if mark.clause}
    return {
        "revision": revision,
        "marked": text,
        "findings": [(mark, boxes.get(str(mark.finding))) for mark in text.marks],
        "clauses": [clause for clause in form.in_force if clause.key in concerned],
        "form": form,
        "suggested": suggested(text),
    }


def suggested(text):
    """Return the decision that the findings' clauses ask for, if they do."""
    if any(mark.redactable for mark in text.marks):
        return Decision.Action.REDACT
    return "" if any(mark.holds for mark in text.marks) else Decision.Action.PUBLISH


def its_past(submission, revision, decisions):
    """Return what went before: earlier texts, earlier decisions, other texts of the author."""
    return {
        "submission": submission,
        "decisions": decisions,
        "earlier": earlier_texts(submission, revision, decisions),
        "sealed": sealed_up_to(decisions),
        "others": others_by_author(submission),
    }

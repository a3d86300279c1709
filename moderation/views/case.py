"""One case of the queue: read, taken, given back, decided."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from consultations.models import StaleSubmission
from moderation.models import CaseClosed, Decision, Opinion, PolicyVersion
from moderation.review.decisions import decide, name_clauses, refuse_late_decision, refuse_unfit_reader
from moderation.review.filters import filters_query
from moderation.views.access import found_or_404, of_case
from moderation.views.case_page import Sight, form_for, is_serious, obstacle, shown
from moderation.views.queue import redirect_to_next
from portal.audit.looking import record_look


@require_http_methods(["GET", "HEAD", "POST"])
@of_case
def case(request, case):
    """Show a case, or take its decision."""
    if request.method == "POST":
        return decided(request, case)
    record_look("case.opened", request.user, case)
    return shown(request, case)


@require_POST
@of_case
def take(request, case):
    """Mark the case as looked at by the moderator; a page that stays open asks again by itself."""
    why_not = obstacle(case, request.user)
    taken = not why_not and case.claim(request.user)
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return HttpResponse(status=204 if taken else 409)
    if colleague := case.claimed_by_other(request.user):
        why_not = why_not or _("%s is looking at this case.") % colleague
    if why_not:
        messages.warning(request, why_not)
    return redirect(reverse("queue_case", args=[case.pk]) + filters_query(request))


@require_POST
@of_case
def release(request, case):
    """Give the case back."""
    case.release(request.user)
    messages.success(request, _("%s is back in the queue.") % case.submission.reference)
    return redirect(reverse("queue") + filters_query(request))


def decided(request, case):
    """Decide the case and go to the next; when that cannot be, say why and lose nothing that was typed."""
    sight = Sight(request, case)
    form = form_for(case, sight, data=request.POST)
    held = case.is_claimed_by(request.user)
    try:
        read = case.revision_id if request.POST.get("revision") == str(case.revision_id) else None
        refuse_if_taken(case, request.user)
        refuse_late_decision(case, case.submission, read, request.user)
        refuse_unfit_reader(case, request.user)
        refuse_unread(sight)
        if not form.is_valid():
            return shown(request, case, form=form, status=422)
        if request.POST.get("sure") != form.sure and (is_serious(case) or form.sure != form.cleaned_data["action"]):
            return shown(request, case, form=form, sure=form.sure)
        result = decide(case, revision_id=read, actor=request.user, **form.decision)
    except (CaseClosed, StaleSubmission) as error:
        if not held:
            case.release(request.user)  # who may not decide must not keep colleagues away either
        return shown(request, found_or_404(case.pk), problem=str(error), typed=request.POST, status=409)
    messages.success(request, outcome_in_words(case.submission, result))
    return redirect_to_next(request)


def refuse_if_taken(case, user):
    """Raise CaseClosed while a colleague is looking at the case; otherwise it is the user's."""
    if case.closed_at or case.claim(user):
        return
    if colleague := case.claimed_by_other(user):
        raise CaseClosed(_("%s is looking at this case now, so nothing was decided.") % colleague)


def refuse_unread(sight):
    """Raise CaseClosed for a text that the moderator has not opened."""
    if sight.shut or sight.sealed:
        raise CaseClosed(_("You have not opened the text yet, so nothing was decided. Show it first."))


def outcome_in_words(submission, result):
    """Return what came of a judgement: a decision, or an opinion that waits for another."""
    if isinstance(result, Opinion):
        return opinion_in_words(submission, result)
    cited = result.clauses if not isinstance(result, Decision) else [each.clause for each in result.citations.all()]
    sentence = {
        Decision.Action.PUBLISH: _("%(reference)s is published."),
        Decision.Action.REDACT: _("%(reference)s is published without the marked passages: %(clauses)s."),
        Decision.Action.REFUSE: _("%(reference)s is refused under %(clauses)s."),
        Decision.Action.RETURN: _("%(reference)s is returned to its author: %(clauses)s."),
    }[result.action]
    return sentence % {"reference": submission.reference, "clauses": name_clauses(PolicyVersion.current(), cited)}


def opinion_in_words(submission, opinion):
    """Return what happens with an opinion."""
    if opinion.case.opinions.filter(revision=opinion.revision_id).count() > 1:
        sentence = _("The first reader of %s saw it differently, so a lead moderator decides.")
    else:
        sentence = _("Your opinion on %s is kept. A colleague who does not see it reads the text next.")
    return sentence % submission.reference

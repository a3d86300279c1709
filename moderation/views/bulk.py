"""Deciding many cases at once: a sample is read, all are listed, each gets its own decision, and all can be undone."""

from typing import NamedTuple

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.auth import permission_required

from moderation.findings.case_text import Marked, is_distressing, marked
from moderation.models import Batch, Campaign, Case, PolicyVersion
from moderation.models.case import DISTRESSING
from moderation.review.bulk import (
    MAX_BULK_CASES,
    BulkForm,
    BulkSample,
    BulkSet,
    additions,
    decide_together,
    describe_bulk_set,
    number_from_address,
    preselected_for_all,
    undo_batch,
)
from moderation.review.exposure import open_text
from moderation.review.queue_queries import holding_clauses, listed
from moderation.review.reading import clean_cases
from moderation.review.tray import tray_of
from moderation.views.case_page import is_serious
from portal.outbox.models import MESSAGE_GRACE

MODERATE = Case.Desk.MODERATORS.permission
LEFT = "left_of_batches"  # in the session: what a batch could not decide, and why


class SampleRow(NamedTuple):
    """A case of the sample; one that was opened with its text."""

    case: Case
    is_open: bool
    marked: Marked | None
    additions: list[str]
    is_letter: bool  # the text that came first


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MODERATE)
def bulk(request):
    """Show the cases that may be decided together, or decide them."""
    together = BulkSet.asked(request.GET)
    if together is None:
        return redirect("queue")
    if request.method == "POST":
        return decided(request, together)
    return shown(request, together)


@require_POST
@permission_required(MODERATE)
def sample(request):
    """Draw the cases that have to be read first and open them; what may be hard to read is opened one by one."""
    together = BulkSet.asked(request.GET)
    if together is None:
        return redirect("queue")
    drawn = BulkSample(request.session, together, cases_of(together))
    anchor = ""
    if "case" in request.POST:
        case = drawn.open(request.POST["case"])
        anchor = f"#case-{case.pk}" if case else ""
        if case and case.severity >= DISTRESSING:
            open_text(request.user, case)
    else:
        for case in drawn.draw():
            if "open" in request.POST and not is_hard(case):
                drawn.open(str(case.pk))
    return redirect(f"{reverse('queue_bulk')}{together.address}{anchor}")


@require_safe
@permission_required(MODERATE)
def batch(request, pk):
    """Show what a batch decided, what stays and why, and how to undo it."""
    made = get_object_or_404(Batch, pk=pk, actor=request.user)
    decisions = made.decisions.select_related("revision__submission").prefetch_related("citations").order_by("id")
    context = {
        "batch": made,
        "decisions": decisions.defer("version__document"),
        "not_undone": [decision for decision in decisions if not decision.undone_at],
        "left": request.session.get(LEFT, {}).get(str(pk), []),
        "more_to_read": clean_cases(request.user).exists(),
        "can_undo": timezone.now() - made.created_at < MESSAGE_GRACE,
        "header": [*header_of_queue(), {"url": "", "label": _("Decided together")}],
    }
    return render(request, "moderation/bulk_done.html", context)


@require_POST
@permission_required(MODERATE)
def undo(request, pk):
    """Take back every decision of a batch, as far as that is possible."""
    made = get_object_or_404(Batch, pk=pk, actor=request.user)
    done, left = undo_batch(made, request.user)
    keep_left(request, made, left)
    said = ngettext("%d decision was taken back.", "%d decisions were taken back.", done) % done
    (messages.warning if left else messages.success)(request, said)
    return redirect("queue_batch", pk)


def cases_of(together):
    """Return the cases that may be decided together now, with what the page shows."""
    return list(listed(together.cases())[:MAX_BULK_CASES])


def decided(request, together):
    """Decide the cases of the page, once the sample was read and the form is complete."""
    cases = cases_of(together)
    form = bulk_form(cases, clauses_in_force(), request.POST)
    drawn = BulkSample(request.session, together, cases)
    if drawn.left or not cases:
        problem = _("Read the sample first.") if cases else ""
        return shown(request, together, problem=problem, status=422)
    if not form.is_valid():
        return shown(request, together, form=form, status=422)
    if any(map(is_serious, cases)) and request.POST.get("sure") != form.cleaned_data["action"]:
        return shown(request, together, form=form, sure=form.cleaned_data["action"])
    made, left = decide_together(
        cases,
        on_the_page(request),
        title=title_of(together, cases),
        read=drawn.read,
        actor=request.user,
        **form.judgement,
    )
    keep_left(request, made, left)
    return redirect("queue_batch", made.pk)


def bulk_form(cases, clauses, data=None, initial=None):
    """Return the form for these cases."""
    for_public = all(case.submission.for_public for case in cases)
    return BulkForm(data, clauses=clauses, for_public=for_public, initial=initial)


def on_the_page(request):
    """Return the revision of each case that the page listed; 200 at most."""
    pairs = (value.partition(":") for value in request.POST.getlist("cases")[:MAX_BULK_CASES])
    numbers = ((number_from_address(pk), number_from_address(revision)) for pk, _colon, revision in pairs)
    return {pk: revision for pk, revision in numbers if pk and revision}


def keep_left(request, made, left):
    """Remember why cases were not decided, or decisions stand, for the page that comes next."""
    request.session[LEFT] = {str(made.pk): left}


def clauses_in_force():
    """Return the clauses of the policy in force."""
    version = PolicyVersion.current()
    return version.policy.clauses if version else ()


def title_of(together, cases):
    """Return what the cases have in common, in words."""
    version = PolicyVersion.current()
    rules = {rule.key: rule.title for rule in version.policy.rules} if version else {}
    return describe_bulk_set(together, cases, rules.get(together.rule))


def header_of_queue():
    """Return the way to the queue, for the head of a page."""
    return [{"url": reverse("queue"), "label": _("Queue")}]


def shown(request, together, *, form=None, problem="", sure="", status=200):
    """Show the cases, the sample, and the form once it was read. `sure`: the decision that is asked about once."""
    cases, clauses = cases_of(together), clauses_in_force()
    drawn = BulkSample(request.session, together, cases)
    title = title_of(together, cases)
    context = {
        "title": title,
        "problem": problem,
        "sure": sure,
        "together": together,
        "rows": [{"case": case, "hard": is_hard(case)} for case in cases],
        "sample": sample_rows(together, drawn),
        "left": drawn.left,
        "size": drawn.size,
        "form": form or bulk_form(cases, clauses, initial=preselected_for_all(cases, clauses)),
        "most": MAX_BULK_CASES,
        "tray": tray_of(request.user),
        "header": [*header_of_queue(), {"url": "", "label": title}],
    }
    return render(request, "moderation/bulk.html", context, status=status)


def sample_rows(together, drawn):
    """Return the cases of the sample, those that were opened with their marks and what their authors added."""
    campaign = Campaign.objects.filter(pk=together.campaign).select_related("letter").first()
    letter = campaign.letter if campaign else None
    return [
        SampleRow(
            case,
            is_open,
            sample_text(case) if is_open else None,
            additions(letter, case.revision) if is_open else [],
            letter is not None and letter.pk == case.revision_id,
        )
        for case, is_open in drawn.drawn
    ]


def sample_text(case):
    """Return a listed case's text with its marks."""
    return marked(case.submission, case.revision, screening=next(iter(case.revision.screenings.all()), None))


def is_hard(case):
    """Return whether its words may be hard to read."""
    return case.severity >= DISTRESSING or is_distressing(clause for clause in holding_clauses(case) if clause)

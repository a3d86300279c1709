"""The moderators' queue, inside the Wagtail admin: what waits, most pressing first."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.auth import any_permission_required, permission_required
from wagtail.admin.paginator import WagtailPaginator

from moderation.findings.case_text import is_distressing
from moderation.models import Case, Exposure, Skip
from moderation.models.case import DISTRESSING
from moderation.review.bulk import BULK_SAMPLE_SIZE, MAX_BULK_CASES, BulkSet, bulk_set_for_rule, number_from_address
from moderation.review.filters import DESKS, PARTS, FilterForm, filters_query
from moderation.review.forms import OpenForm
from moderation.review.queue_queries import (
    counts,
    free_cases,
    holding_clauses,
    mark_noted_as_seen,
    noted_for_list,
    rows_of,
)
from moderation.review.reading import clean_cases
from moderation.review.tray import tray_of

MODERATE = Case.Desk.MODERATORS.permission
AT_A_DESK = tuple(desk.permission for desk in Case.Desk)
PAGE = 25


@require_safe
@any_permission_required(*AT_A_DESK)
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
def noted_seen(request):
    """Take texts off the list of what passed with a note: somebody has looked, and they may stand."""
    screenings = [number_from_address(value) for value in request.POST.getlist("seen")[:PAGE]]
    seen = mark_noted_as_seen(screenings, request.user)
    messages.success(request, ngettext("%d text was seen.", "%d texts were seen.", seen) % seen)
    return redirect("queue_noted")


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
@any_permission_required(*AT_A_DESK)
def next_case(request):
    """Lead to the next free case, and leave the one at hand, or a whole letter, for later."""
    at_hand = [number_from_address(value) for value in request.POST.getlist("leaving")[:MAX_BULK_CASES]]
    mine = Case.objects.undecided().for_desks(Case.Desk.of(request.user)).free_for(request.user)
    left = list(mine.filter(pk__in=at_hand))
    Skip.note(request.user, left)
    return redirect_to_next(request, left[0] if left else None)


def redirect_to_next(request, leaving=None):
    """Claim the next free case that the address asks for and lead to it; to the queue when there is none."""
    asked = FilterForm(request.GET, request.user, offer=False)
    if Exposure.is_enough_for(request.user):
        spare(request)
    again = {"skipped": True, "leaving": leaving} if asked.is_later else {}
    for case in free_cases(asked.cases(), request.user, **again):
        if letter := letter_of(case, request.user):
            return redirect(f"{reverse('queue_bulk')}{letter.address}")
        if case.claim(request.user):
            return redirect(reverse("queue_case", args=[case.pk]) + filters_query(request))
    messages.info(request, end_in_words(request.user, asked))
    return redirect(reverse("queue") + filters_query(request))


def spare(request):
    """Tell a moderator why no hard text comes now."""
    number = Exposure.recent(request.user)
    messages.info(request, _("You have read %(number)d hard texts this hour. Here are others.") % {"number": number})


def letter_of(case, user):
    """Return the letter of which a case is one copy among others that are decided together, or None."""
    if case.severity >= DISTRESSING:  # it is handed to safety, one by one
        return None
    campaign = case.revision.screenings.order_by("-id").values_list("campaign", flat=True).first()
    if not campaign or not user.has_perm(MODERATE):
        return None
    letter = BulkSet(campaign=campaign)
    together = letter.cases().free_for(user).exclude(Skip.objects.by(user)).values_list("pk", flat=True)
    return letter if case.pk in (found := set(together[:MAX_BULK_CASES])) and len(found) > 1 else None


def end_in_words(user, asked):
    """Return that no case is free, in words, and how many the user has left for later."""
    if asked.asked:
        end = _("No other case of this selection is free.")
    else:
        end = _("No other case is free. You have reached the end of the queue.")
    left = 0 if asked.is_later else counts(user)["later"]
    if not left:
        return end
    return f"{end} {ngettext('You left %d for later.', 'You left %d for later.', left) % left}"


def row(case, user):
    """Return what a row of the queue says of a case."""
    clauses = [clause for clause in holding_clauses(case) if clause]
    return {
        "case": case,
        "clauses": clauses,
        "distressing": case.severity >= DISTRESSING or is_distressing(clauses),
        "colleague": case.claimed_by_other(user),
        "together": BulkSet(campaign=case.letter) if case.alike > 1 and user.has_perm(MODERATE) else None,
        "read": min(BULK_SAMPLE_SIZE, case.alike),
    }


def parts(user, asked, counted):
    """Return the parts of the queue that are open to a person, each with its number; empty ones but the first rest."""
    names = {**PARTS, **{desk.value: DESKS[desk] for desk in Case.Desk.of(user) if desk}}
    here = asked.asked.get("part", "")
    numbers = {name: counted[name or "waiting"] for name in names}
    return [
        {"url": part_address(asked.asked, name), "label": label, "count": numbers[name], "is_here": name == here}
        for name, label in names.items()
        if numbers[name] or name in ("", here)
    ]


def part_address(asked, part):
    """Return the address of another part of the queue, with the same filters."""
    kept = {name: value for name, value in asked.items() if name != "part"} | ({"part": part} if part else {})
    return reverse("queue") + (f"?{urlencode(kept)}" if kept else "")


def elsewhere(user, counted):
    """Return how many cases lie on each desk that is closed to a person."""
    closed = [desk for desk in Case.Desk if desk not in Case.Desk.of(user) and desk]
    return [(desk.label, counted[desk]) for desk in closed if counted[desk]]


def shown(request, form, status=200):
    """Show the list."""
    asked, counted = FilterForm(request.GET, request.user), counts(request.user)
    page = WagtailPaginator(rows_of(asked.cases(), request.user), PAGE).get_page(request.GET.get("p"))
    context = {
        "page": page,
        "rows": [row(case, request.user) for case in page],
        "counts": counted,
        "parts": parts(request.user, asked, counted),
        "elsewhere": elsewhere(request.user, counted),
        "asked": asked,
        "fitting": asked.cases().count() if asked.narrows else None,
        "filters_query": filters_query(request),
        "together": bulk_set_for_rule(asked.asked),
        "tray": tray_of(request.user),
        "clean": clean_cases(request.user).count() if request.user.has_perm(MODERATE) else 0,
        "form": form if request.user.has_perm(MODERATE) else None,
        "header": [{"url": "", "label": _("Queue")}],
    }
    return render(request, "moderation/queue.html", context, status=status)

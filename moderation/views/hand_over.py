"""What moderators ask of each other: another desk, a second opinion, a note."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from moderation.models import Case, CaseClosed
from moderation.review.filters import filters_query
from moderation.review.forms import AssignForm, HandOverForm, NoteForm
from moderation.review.hand_over import ask_two, hand_over
from moderation.views.access import of_case
from moderation.views.case import refuse_if_taken
from moderation.views.case_page import shown
from moderation.views.queue import redirect_to_next


@require_POST
@of_case
def over(request, case):
    """Hand the case to another desk, or back to the moderators, and go to the next."""
    form = HandOverForm(request.POST, desk=case.desk)
    if not form.is_valid():
        return shown(request, case, over=form, status=422)
    desk, held = Case.Desk(form.cleaned_data["desk"]), case.is_claimed_by(request.user)
    try:
        refuse_if_taken(case, request.user)
        hand_over(case, desk, form.cleaned_data["note"], request.user)
    except CaseClosed as error:
        if not held:
            case.release(request.user)
        return shown(request, case, problem=str(error), over=form, status=409)
    words = _("%(reference)s is handed over: %(desk)s.") % {"reference": case.submission.reference, "desk": desk.label}
    messages.success(request, words)
    return redirect_to_next(request)


@of_case
def assign(request, case):
    """Ask who is to be responsible for the case; whoever gives it to a colleague goes to the next.

    The question has a page of its own: the page of a case names nobody, because some cases are read unknowingly.
    """
    form = AssignForm(request.POST if request.method == "POST" else None, case=case)
    if not form.is_valid():
        return show_assign_form(request, case, form, status=422 if form.is_bound else 200)
    person = form.cleaned_data["person"]
    try:
        case.assign(person, request.user, form.cleaned_data["note"])
    except CaseClosed as error:
        return show_assign_form(request, case, form, problem=str(error), status=409)
    messages.success(request, assigned_in_words(case, person, request.user))
    if person in (None, request.user):
        return redirect(reverse("queue_case", args=[case.pk]) + filters_query(request))
    case.release(request.user)
    return redirect_to_next(request)


def show_assign_form(request, case, form, *, problem="", status):
    """Render the question who is to be responsible."""
    crumbs = [
        {"url": reverse("queue"), "label": _("Queue")},
        {"url": reverse("queue_case", args=[case.pk]), "label": case.submission.reference},
        {"url": "", "label": _("Make somebody responsible")},
    ]
    context = {
        "case": case,
        "form": form,
        "problem": problem,
        "header": crumbs,
        "filters_query": filters_query(request),
    }
    return render(request, "moderation/assign.html", context, status=status)


def assigned_in_words(case, person, actor):
    """Return who is responsible for a case now."""
    if person is None:
        return _("Nobody in particular is responsible for %s now.") % case.submission.reference
    if person == actor:
        return _("You are responsible for %s now.") % case.submission.reference
    return _("%(person)s is responsible for %(reference)s now.") % {
        "person": person,
        "reference": case.submission.reference,
    }


@require_POST
@of_case
def note(request, case):
    """Keep a note for the colleagues."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return shown(request, case, note=form, status=422)
    text = form.cleaned_data["text"]
    case.add_note(text, request.user)
    messages.success(request, note_kept(case.mentioned_in(text), request.user))
    return redirect(reverse("queue_case", args=[case.pk]) + filters_query(request))


def note_kept(mentions, actor):
    """Return that a note is kept, who is told of it, and which names are nobody's."""
    sentences = [_("Your note is kept.")]
    if told := [str(person) for person in mentions.people if person != actor]:
        sentences.append(_("Told: %s.") % ", ".join(told))
    if mentions.unknown:
        names = ", ".join(f"@{name}" for name in mentions.unknown)
        sentences.append(_("We found nobody, or more than one person, called %s at this desk.") % names)
    return " ".join(sentences)


@require_POST
@of_case
def two(request, case):
    """Ask for two readers; what was typed so far becomes the first opinion when it is sent."""
    if case.closed_at is None and case.claimed_by_id == request.user.pk:
        ask_two(case, request.user)
    return shown(request, case, typed=request.POST)

"""The pace at which things come in, and the pause of taking part, inside the Wagtail admin."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.auth import permission_required

from consultations.models import ParticipationPause, PauseTooLong, PauseUnchanged
from consultations.stages import visible_to
from moderation.review.pause_form import PauseForm
from moderation.statistics.pace import PACE_KINDS, PACE_RANGES, limit_tallies, pace_of

PAUSE_TAKING_PART = "consultations.pause_taking_part"
PAUSES_SHOWN = 20
CHART_HEIGHT, CHART_STEP, CHART_GAP = 72, 12, 2  # units of the drawing, which stretches to its place


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(PAUSE_TAKING_PART)
def pace(request):
    """Show how much comes in and what the limits count; begin a pause."""
    form = PauseForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        try:
            form.save()
            messages.success(request, _("Paused. Everybody reads why in the place of the form."))
            if titles := form.closing_meanwhile():
                warning = _("Closes before the pause is over: %s. Keep it open longer, or end the pause in time.")
                messages.warning(request, warning % ", ".join(titles))
            return redirect("pace")
        except PauseTooLong as error:
            form.add_error("minutes", str(error))
        except PauseUnchanged as error:
            form.add_error("consultation", str(error))
    return show_pace(request, form, status=422 if form.errors else 200)


@require_POST
@permission_required(PAUSE_TAKING_PART)
def pause_end(request, pk):
    """End a pause before its time."""
    try:
        get_object_or_404(ParticipationPause, pk=pk).end(request.user)
        messages.success(request, _("The pause is over. People can take part again."))
    except PauseUnchanged as error:
        messages.error(request, str(error))
    return redirect("pace")


def show_pace(request, form, status):
    """Show the page."""
    span = PACE_RANGES.get(request.GET.get("range", ""), PACE_RANGES["hour"])
    found = pace_of(span)
    names = titles_for(request.user, {each.pk for each in found.consultations})
    rows = [(names[each.pk], each.numbers) for each in found.consultations if each.pk in names]
    pauses = ParticipationPause.objects.select_related("begun_by", "ended_by")
    context = {
        "span": span,
        "ranges": [{"label": each.label, "key": each.key, "is_here": each == span} for each in PACE_RANGES.values()],
        "kinds": PACE_KINDS.values(),
        "pace": found,
        "rows": rows,
        "hidden": len(found.consultations) - len(rows),
        "chart": chart_of(found.steps),
        "limits": limit_tallies(),
        "form": form,
        "in_force": named_pauses(request.user, pauses.in_force()),
        "earlier": named_pauses(request.user, [each for each in pauses[:PAUSES_SHOWN] if not each.is_in_force]),
        "header": [{"url": "", "label": _("Pace and pause")}],
    }
    return render(request, "moderation/pace.html", context, status=status)


def titles_for(user, ids):
    """Return the titles of consultations by id, without those that the user may not open."""
    return dict(visible_to(user).filter(pk__in=ids - {None}).values_list("pk", "title")) if ids else {}


def named_pauses(user, pauses):
    """Return each pause with what it is about, without the name of what the user may not open."""
    rows = list(pauses)
    names = titles_for(user, {each.consultation_id for each in rows}) | {None: _("Every consultation")}
    return [(names.get(each.consultation_id, _("A consultation that you may not open")), each) for each in rows]


def chart_of(steps):
    """Return the bars of the drawing: all kinds of a step in one."""
    totals = [sum(numbers) for _moment, numbers in steps]
    top = max([*totals, 1])
    heights = [round(CHART_HEIGHT * total / top) for total in totals]
    bars = [(place * CHART_STEP, CHART_HEIGHT - height, height) for place, height in enumerate(heights)]
    size = {"width": len(steps) * CHART_STEP, "height": CHART_HEIGHT, "bar": CHART_STEP - CHART_GAP}
    return size | {"bars": bars, "top": max(totals)}

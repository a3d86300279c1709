"""Crisis levels, inside the Wagtail admin: asked for by one, approved by another, over by themselves."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.auth import permission_required
from wagtail.admin.paginator import WagtailPaginator

from moderation.models import CaretakerPeriod, Crisis, CrisisUnchanged
from moderation.restrictions import in_force
from moderation.restrictions.crisis import EFFECTS_OF_EVERY_LEVEL, level_effects
from moderation.restrictions.forms import CrisisForm

SWITCH = "moderation.switch_crisis"
PAGE = 20
PEOPLE = ("asked_by", "approved_by", "ended_by")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(SWITCH)
def crisis(request):
    """Show what counts now, what each level does, and the log; take the request for a level."""
    if request.method != "POST":
        return shown(request, CrisisForm(initial=of_earlier(request.GET.get("renew", ""))))
    form = CrisisForm(request.POST)
    if not form.is_valid():
        return shown(request, form, status=422)
    form.save(actor=request.user)
    messages.success(request, _("Asked for. It begins when somebody else approves it."))
    return redirect("crisis")


@require_POST
@permission_required(SWITCH)
def approve(request, pk):
    """Let a level begin that somebody else has asked for."""
    return changed(request, pk, Crisis.approve, _("It is in force now, and over by itself at the time below."))


@require_POST
@permission_required(SWITCH)
def end(request, pk):
    """End a level early, or refuse one that has not begun."""
    return changed(request, pk, Crisis.end, _("It is ended. What waits in the queue goes on waiting for a person."))


def changed(request, pk, change, sentence):
    """Change a crisis in the name of the user, and say what came of it."""
    try:
        change(get_object_or_404(Crisis, pk=pk), request.user)
        messages.success(request, sentence)
    except CrisisUnchanged as error:
        messages.error(request, str(error))
    return redirect("crisis")


def of_earlier(pk):
    """Return what an earlier entry said, to ask for the same again."""
    earlier = Crisis.objects.filter(pk=pk).first() if pk.isdecimal() else None
    return {name: getattr(earlier, name) for name in ("level", "reason", "banner", "hours")} if earlier else {}


def shown(request, form, status=200):
    """Show the page."""
    log = Crisis.objects.select_related(*PEOPLE)
    page = WagtailPaginator(log, PAGE).get_page(request.GET.get("p"))
    context = {
        "now": log.in_force().first(),
        "asked": [{"crisis": crisis, "effects": level_effects(crisis.level)} for crisis in log.asked()],
        "form": form,
        "always": EFFECTS_OF_EVERY_LEVEL,
        "page": page,
        "period": in_force.caretaker_period(),
        "next_period": CaretakerPeriod.objects.upcoming().first(),
        "last_period": CaretakerPeriod.objects.over().first(),
        "may_enter": request.user.has_perm("moderation.view_caretakerperiod"),
        "header": [{"url": "", "label": _("Crisis and caretaker")}],
    }
    return render(request, "moderation/crisis.html", context, status=status)

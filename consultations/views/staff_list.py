"""Every consultation by its stage, for staff; and its panel on the first page of the staff area."""

from urllib.parse import urlencode

from django import forms
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin.auth import permission_required
from wagtail.admin.paginator import WagtailPaginator
from wagtail.models import TaskState

from consultations.models import ConsultationIndexPage
from consultations.modes.table import modes_on
from consultations.stages import (
    EXPORT_TEXTS,
    STAGES,
    as_work_list,
    conditions,
    count_stages,
    editable_by,
    may_write,
    visible_to,
)
from consultations.timing import CHANGE_TIMING
from portal.staff.home import HomeLine, HomeNote, HomePanel, home_panel

STAFF = "wagtailadmin.access_admin"
CONSULTATIONS_ON_A_PAGE = 50
SHOWN_AT_HOME = ("late", "due", "closing", "open", "upcoming", "draft")
TONES = {"late": "stop", "due": "wait", "closing": "wait"}


class WorkListForm(forms.Form):
    """Narrows the list: a stage, words of the title, whose they are."""

    EVERYBODY, MINE = "", "mine"

    stage = forms.ChoiceField(choices=[("", ""), *STAGES.items()], required=False, widget=forms.HiddenInput)
    q = forms.CharField(label=gettext_lazy("Words of the title"), max_length=200, required=False)
    owner = forms.ChoiceField(
        label=gettext_lazy("Whose"),
        choices=[(EVERYBODY, gettext_lazy("Everybody’s")), (MINE, gettext_lazy("Mine"))],
        required=False,
    )

    def selected(self, consultations, user):
        """Return the consultations that title and owner leave, in all stages; none for what cannot be asked."""
        if not self.is_valid():
            return consultations.none()
        found = consultations.filter(owner=user) if self.cleaned_data["owner"] == self.MINE else consultations
        return found.filter(title__icontains=self.cleaned_data["q"]) if self.cleaned_data["q"] else found


@require_safe
@permission_required(STAFF)
def consultations(request):
    """List the consultations that a person may see, in one stage or in all, by what is due next."""
    form = WorkListForm(request.GET)
    seen = form.selected(visible_to(request.user), request.user)
    stage = form.cleaned_data.get("stage", "")
    chosen = seen.filter(conditions()[stage]) if stage else seen
    counts = count_stages(seen) | {"": seen.count()}
    page = WagtailPaginator(as_work_list(chosen), CONSULTATIONS_ON_A_PAGE).get_page(request.GET.get("p"))
    editable = set(editable_by(request.user).values_list("pk", flat=True)) if may_write(request.user) else set()
    may_export = request.user.has_perm(EXPORT_TEXTS)
    for each in page:
        each.pages_of_modes = pages_of_modes(each) if may_export or each.pk in editable else []
    tabs = [("", _("All")), *((name, label) for name, label in STAGES.items() if counts[name] or name == stage)]
    context = {
        "page": page,
        "form": form,
        "narrowed": bool(stage or form.data.get("q") or form.data.get("owner")),
        "tabs": [tab(name, label, counts[name], name == stage, form) for name, label in tabs],
        "editable": editable,
        "acts": bool(editable) or any(each.pages_of_modes for each in page),
        "may_change_timing": request.user.has_perm(CHANGE_TIMING),
        "parent": new_parent(request.user),
        "header": [{"url": "", "label": _("Consultations")}],
    }
    return render(request, "consultations/staff_list.html", context)


def pages_of_modes(consultation):
    """Return where staff do their part of the modes that a consultation has: address and label."""
    having = (mode for mode in modes_on(consultation.modes) if mode.staff_page)
    return [(reverse(mode.staff_page, args=[consultation.pk]), mode.label) for mode in having]


def tab(name, label, count, is_here, form):
    """Return one stage among the tabs; what narrows the list otherwise stays."""
    kept = {key: form.data[key] for key in ("q", "owner") if form.data.get(key)}
    query = urlencode(({"stage": name} if name else {}) | kept)
    address = reverse("staff_consultations") + (f"?{query}" if query else "")
    return {"url": address, "label": label, "count": count, "is_here": is_here}


def stage_address(name):
    """Return the address of the list of one stage."""
    return reverse("staff_consultations") + (f"?stage={name}" if name else "")


def new_parent(user):
    """Return the page under which this person may write a new consultation, or None."""
    index = ConsultationIndexPage.objects.first()
    return index if index and index.permissions_for_user(user).can_add_subpage() else None


@home_panel(order=40, permissions=[STAFF])
def consultations_panel(visit):
    """Show which consultations close soon, wait for an answer, or are still drafts."""
    seen = visible_to(visit.user)
    counts = count_stages(seen)
    lines = [line_of_stage(name, counts[name]) for name in SHOWN_AT_HOME if counts[name]]
    opened = seen.live().filter(opens_at__range=(visit.since, timezone.now()))
    return HomePanel(
        _("Consultations"),
        lines,
        empty=_("None is open, being written or waiting for an answer."),
        more=HomeNote(_("All of them"), reverse("staff_consultations")),
        news=[HomeLine(_("opened: %s") % page.title, page.get_absolute_url()) for page in opened[:3]],
    )


def line_of_stage(name, count):
    """Return how many consultations are in a stage; what is late or near says so beside it."""
    marks = {"late": _("late"), "due": _("due soon"), "closing": _("closing")}
    notes = [HomeNote(marks[name], tone=TONES[name])] if name in marks else []
    return HomeLine(str(STAGES[name]), stage_address(name), count, notes)


@home_panel(order=35, permissions=[STAFF])
def reviews(visit):
    """Show whoever reviews pages how many wait for it; Wagtail's own list of them stands on the same page."""
    if not may_write(visit.user):
        return None
    waiting = TaskState.objects.reviewable_by(visit.user).count()
    lines = [HomeLine(_("Waiting for your review"), "#awaiting-review", waiting)] if waiting else []
    return HomePanel(_("Pages to review"), lines, empty=_("Nothing waits for your review."))

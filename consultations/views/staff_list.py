"""Every consultation by its stage, for staff; and its panel on the first page of the staff area."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.auth import permission_required
from wagtail.admin.paginator import WagtailPaginator
from wagtail.models import TaskState

from consultations.models import ConsultationIndexPage
from consultations.stages import STAGES, conditions, count_stages, editable_by, may_write, visible_to
from portal.staff.home import HomeLine, HomeNote, HomePanel, home_panel

STAFF = "wagtailadmin.access_admin"
CONSULTATIONS_ON_A_PAGE = 50
SHOWN_AT_HOME = ("late", "due", "closing", "open", "upcoming", "draft")
TONES = {"late": "stop", "due": "wait", "closing": "wait"}


@require_safe
@permission_required(STAFF)
def consultations(request):
    """List the consultations that a person may see, in one stage or in all, what needs something first."""
    seen, stage = visible_to(request.user), request.GET.get("stage", "")
    chosen = seen.filter(conditions()[stage]) if stage in STAGES else seen
    counts = count_stages(seen) | {"": seen.count()}
    page = WagtailPaginator(chosen.order_by("-closes_at"), CONSULTATIONS_ON_A_PAGE).get_page(request.GET.get("p"))
    tabs = [("", _("All")), *((name, label) for name, label in STAGES.items() if counts[name] or name == stage)]
    context = {
        "page": page,
        "tabs": [tab(name, label, counts[name], name == stage) for name, label in tabs],
        "editable": set(editable_by(request.user).values_list("pk", flat=True)) if may_write(request.user) else set(),
        "parent": new_parent(request.user),
        "header": [{"url": "", "label": _("Consultations")}],
    }
    return render(request, "consultations/staff_list.html", context)


def tab(name, label, count, is_here):
    """Return one stage among the tabs."""
    return {"url": stage_address(name), "label": label, "count": count, "is_here": is_here}


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

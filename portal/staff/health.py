"""How the site runs, for those who look after it: one sentence from each package, and the steps of the worker."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from wagtail.admin.auth import permission_required

from portal.audit.models import AuditRoot
from portal.jobs.worker_step import WorkerStep
from portal.media.virus_scan import SIGNATURES_STALE_AFTER, ScannerAway, signatures_made_at
from portal.staff.home import HomeLine, HomeNote, HomePanel, home_panel

SEE_HEALTH = "portal.see_health"


@dataclass(frozen=True, slots=True)
class Fact:
    """How one part of the site is: its name, a sentence, and "good", "wait" or "stop"."""

    title: str
    words: str
    tone: str = "good"


_checks: list[tuple[int, Callable[[], Fact]]] = []


def health_check(*, order):
    """Register a function that returns a Fact for the page of the site's health."""

    def register(check):
        _checks.append((order, check))
        return check

    return register


def facts():
    """Return what every package says of itself."""
    return [check() for _order, check in sorted(_checks, key=lambda pair: pair[0])]


@health_check(order=0)
def worker_at_work():
    """Tell whether a worker runs, and whether any of its steps fails."""
    steps = list(WorkerStep.objects.all())
    if WorkerStep.is_silent(steps):
        return Fact(_("Worker"), _("No worker has been at work for two minutes (manage.py work --watch)."), "stop")
    failing = sum(step.failures > 0 for step in steps)
    if failing:
        words = ngettext("%d step fails and is tried again.", "%d steps fail and are tried again.", failing) % failing
        return Fact(_("Worker"), words, "stop")
    return Fact(_("Worker"), _("At work; every step goes well."))


@health_check(order=30)
def ledger_published():
    """Tell up to which day the audit ledger's roots are published."""
    root = AuditRoot.objects.published().first()
    if root is None:
        return Fact(_("Audit ledger"), _("The first root is published after the first whole day."), "wait")
    late = (timezone.localdate() - root.day).days > 2
    words = _("Roots are published up to %s.") % root.day.isoformat()
    return Fact(_("Audit ledger"), words, "stop" if late else "good")


@health_check(order=35)
def virus_scanner():
    """Tell whether uploads are looked through, and how old the list of viruses is."""
    if not settings.CLAMD_ADDRESS:
        return Fact(_("Virus scanner"), _("There is none: uploads are not looked through (CLAMD_ADDRESS)."), "wait")
    try:
        made_at = signatures_made_at()
    except ScannerAway:
        words = _("It does not answer, so nothing can be uploaded until it does (CLAMD_ADDRESS).")
        return Fact(_("Virus scanner"), words, "stop")
    if made_at and timezone.now() - made_at > SIGNATURES_STALE_AFTER:
        words = _("Its list of viruses is of %s; let it fetch a newer one (freshclam).") % made_at.date().isoformat()
        return Fact(_("Virus scanner"), words, "stop")
    return Fact(_("Virus scanner"), _("It looks through every upload."))


@home_panel(order=60, permissions=[SEE_HEALTH])
def how_the_site_runs(_visit):
    """Show how each part of the site is."""
    address = reverse("site_health")
    lines = [HomeLine(fact.title, address, notes=[HomeNote(fact.words, tone=fact.tone)]) for fact in facts()]
    return HomePanel(_("How the site runs"), lines)


@require_safe
@permission_required(SEE_HEALTH)
def site_health(request):
    """Show how the site runs, step by step."""
    context = {
        "facts": facts(),
        "steps": WorkerStep.objects.all(),
        "header": [{"url": "", "label": _("How the site runs")}],
    }
    return render(request, "portal/health.html", context)

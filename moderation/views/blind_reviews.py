"""How far two readers agree on each clause, for who keeps the policy."""

from django.core.cache import cache
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.auth import permission_required

from moderation.models import BlindCheck, ModerationSettings, PolicyVersion
from moderation.review.agreement import LOW_ALPHA, MIN_PAIRS, MIN_PAIRS_FOR_ALARM
from moderation.review.blind_reviews import AGREEMENT_PERIOD, agreement_by_clause
from moderation.views.replay import PUBLISH

AGREEMENT_SECONDS = 600  # working the intervals out takes a second or two


@require_safe
@permission_required(PUBLISH)
def consistency(request):
    """Show the agreement on each clause, and what it rests on."""
    version = PolicyVersion.current()
    key = f"agreement:{version.digest}:{BlindCheck.objects.exclude(answered_at=None).count()}" if version else ""
    rows = cache.get_or_set(key, lambda: agreement_by_clause(version.policy), AGREEMENT_SECONDS) if version else []
    context = {
        "in_force": version is not None,
        "rows": [(clause, row) for clause, row in rows if row.pairs >= MIN_PAIRS],
        "unmeasured": [clause for clause, row in rows if row.pairs < MIN_PAIRS],
        "percent": ModerationSettings.load().check_percent,
        "answered": BlindCheck.objects.exclude(answered_at=None).count(),
        "enough": MIN_PAIRS,
        "sure": MIN_PAIRS_FOR_ALARM,
        "low": LOW_ALPHA,
        "days": AGREEMENT_PERIOD.days,
        "header": [{"url": reverse("queue"), "label": _("Queue")}, {"url": "", "label": _("Agreement")}],
    }
    return render(request, "moderation/consistency.html", context)

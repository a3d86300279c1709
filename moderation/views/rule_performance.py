"""The rules in force and what they do, inside the Wagtail admin."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.auth import permission_required

from moderation.models import PolicyVersion
from moderation.replay import showing
from moderation.statistics.rule_performance import rule_performance as found_at_work
from moderation.views.replay import PUBLISH


@require_safe
@permission_required(PUBLISH)
def rules_at_work(request):
    """Show what each rule of the version in force did lately."""
    version = PolicyVersion.current()
    rows = [row(each) for each in found_at_work(version)] if version else []
    header = [{"url": reverse("policy_home"), "label": _("House rules")}, {"url": "", "label": _("Rules at work")}]
    context = {
        "version": version,
        "rows": rows,
        "header": header,
        "overdue": [each for each in rows if each["at_work"].overdue and each["at_work"].rule.mode != "off"],
        "never": [each for each in rows if not each["at_work"].fired and each["at_work"].rule.mode != "off"],
    }
    return render(request, "moderation/rules_at_work.html", context)


def row(at_work):
    """Return a rule with its mode and its false alarms in words."""
    low, high = at_work.interval or (None, None)
    share = {"count": at_work.published, "of": at_work.decided, "low": low, "high": high}
    return {
        "at_work": at_work,
        "mode": showing.MODE_NAMES[at_work.rule.mode],
        "false_alarms": showing.format_share(share),
        "counts": [(at_work.week[action], at_work.month[action]) for action in ("shadow", "note", "hold")],
    }

"""Replays inside the Wagtail admin: asked for, watched, read."""

from django.contrib import messages
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.auth import permission_required
from wagtail.admin.paginator import WagtailPaginator

from moderation.models import PolicyDraft, Replay
from moderation.policy.loading import PolicyError
from moderation.replay import job, sampling, showing
from moderation.replay.examples import replay_examples
from moderation.replay.forms import ReplaySampleForm
from moderation.replay.tally import CHANGE_KINDS
from portal.jobs.views import progress, worker_seems_down

PUBLISH = "moderation.publish_policy"
PAGE = 25


@require_safe
@permission_required(PUBLISH)
def replays(request):
    """List the replays, and offer another one."""
    return listed(request, ReplaySampleForm())


@require_POST
@permission_required(PUBLISH)
def replay_start(request):
    """Ask for a replay of the draft."""
    form = ReplaySampleForm(request.POST)
    if not form.is_valid():
        return listed(request, form, status=422)
    draft = PolicyDraft.objects.first()
    if draft is None:
        messages.error(request, _("Nobody is writing a new version, so there is nothing to try."))
        return redirect("replays")
    try:
        policy = draft.get_latest_revision_as_object().as_policy()
    except PolicyError as error:
        messages.error(request, _("The draft has a fault that has to be put right first. %s") % error)
        return redirect("replays")
    return redirect("replay", job.request_replay(policy, form.sample, actor=request.user).pk)


@require_safe
@permission_required(PUBLISH)
def replay(request, pk):
    """Show how far a replay is, or what came of it."""
    found = found_or_404(pk)
    context = {
        "replay": found,
        "sample": sampling.describe_sample(found.sample),
        "header": [*breadcrumbs(), {"url": "", "label": _("Replay %d") % found.pk}],
        "published": list(found.versions.only("number")),
        "draft": PolicyDraft.objects.only("pk").first(),
    }
    if found.state == Replay.State.DONE:
        context |= report(found, request)
    elif not found.is_over:
        context["worker_down"] = worker_seems_down([found])
    return render(request, "moderation/replay.html", context)


@require_safe
@permission_required(PUBLISH)
def replay_progress(request, pk):
    """Answer with the progress of a replay."""
    return progress([get_object_or_404(Replay.objects.for_lists(), pk=pk)])


@require_POST
@permission_required(PUBLISH)
def replay_cancel(request, pk):
    """Stop a replay."""
    found = found_or_404(pk)
    if found.cancel(request.user):
        messages.success(request, _("Replay %d is cancelled.") % found.pk)
    else:
        messages.info(request, _("Replay %d was over already.") % found.pk)
    return redirect("replay", pk)


def found_or_404(pk):
    """Return a replay with what its page shows."""
    return get_object_or_404(Replay.objects.select_related("asked_by", "version").defer("version__document"), pk=pk)


def breadcrumbs():
    """Return the way to the replays."""
    return [
        {"url": reverse("policy_home"), "label": _("House rules")},
        {"url": reverse("replays"), "label": _("Replays")},
    ]


def listed(request, form, status=200):
    """Show the list with the form."""
    rows = (
        Replay.objects.for_lists()
        .order_by("-pk")
        .annotate(newly_held=F("result__whole__newly_held"), newly_released=F("result__whole__newly_released"))
    )
    page = WagtailPaginator(rows, PAGE).get_page(request.GET.get("p"))
    context = {
        "page": page,
        "rows": [(each, sampling.describe_sample(each.sample)) for each in page],
        "form": form,
        "draft": PolicyDraft.objects.only("pk").first(),
        "header": breadcrumbs(),
    }
    return render(request, "moderation/replays.html", context, status=status)


def report(replay, request):
    """Return what the page of a finished replay shows; ?rule= narrows the examples."""
    result = replay.result
    rules = {rule["key"]: rule for rule in result["rules"]}
    chosen = rules.get(request.GET.get("rule", ""))
    drawn = (chosen or result)["examples"]
    return {
        "result": result,
        "rules": showing.rule_rows(result),
        "quiet_rules": showing.count_quiet_rules(result),
        "groups": showing.group_tables(result),
        "false_alarms": showing.format_share(result["whole"]["false_alarms"]),
        "missed": showing.format_share(result["whole"]["missed"]),
        "chosen": chosen,
        "choices": [rule for rule in result["rules"] if any(rule["examples"].values())],
        "examples": {kind: replay_examples(replay, kind, drawn[kind], request.user) for kind in CHANGE_KINDS},
    }

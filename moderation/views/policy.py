"""The house rules, inside the Wagtail admin: the versions, the draft, its import and export, its approval."""

from dataclasses import replace

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.auth import permission_required

from moderation.models import NotApproved, PolicyDraft, PolicyVersion
from moderation.models.approval import checks
from moderation.models.publishing import new_starter_rules
from moderation.models.versions import VERSION_IN_FORCE, version_periods
from moderation.policy.difference import compare
from moderation.policy.drafting import policy_as_far_as_it_goes
from moderation.policy.forms import ImportForm, VerdictForm
from moderation.policy.loading import PolicyError
from moderation.views.public import file_of
from portal.audit import record

CHANGE = "moderation.change_policydraft"
ADD = "moderation.add_policydraft"


@require_safe
@permission_required(CHANGE)
def policy_home(request):
    """Show the versions and the draft, and what can be done with them."""
    return shown(request, ImportForm())


def shown(request, form, status=200):
    """Return the page of the house rules with its form for a file."""
    draft = PolicyDraft.objects.select_related("latest_revision__user").first()
    found = version_periods()
    context = {
        "draft": draft,
        "periods": found,
        "form": form,
        "current": in_force(found),
        "new_rules": new_starter_rules(),
    }
    return render(request, "moderation/policy_home.html", context | {"header": header()}, status=status)


def in_force(found):
    """Return the period of the version in force, or None."""
    return next((period for period in found if period.state == VERSION_IN_FORCE), None)


def header(*more):
    """Return the breadcrumbs of a page of the house rules."""
    return [{"url": reverse("policy_home"), "label": _("House rules")}, *more]


def edit_address(draft):
    """Return where a draft is edited."""
    return reverse(draft.snippet_viewset.get_url_name("edit"), args=[draft.pk])


@require_POST
@permission_required(ADD)
def policy_start(request):
    """Put the version in force in the place of the draft; what the draft said stays in its history."""
    current = PolicyVersion.current()
    if current is None:
        messages.error(request, _("There is no version in force to start from. Import a file instead."))
        return redirect("policy_home")
    return taken_over(request, current.policy, _("The draft now says what version %d says.") % current.number)


@require_POST
@permission_required(ADD)
def policy_take_rules(request):
    """Add the rules that came with a newer release to the version in force, as a draft that somebody has to approve."""
    rules = new_starter_rules()
    if not rules:
        messages.info(request, _("There are no new rules to take over."))
        return redirect("policy_home")
    current = PolicyVersion.current().policy
    said = _("The draft now says what the version in force says, with the new rules. Try them in a replay first.")
    return taken_over(request, replace(current, rules=(*current.rules, *rules)), said)


@require_POST
@permission_required(ADD)
def policy_import(request):
    """Take a policy from a file into the draft, or say everything that is wrong with the file."""
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return shown(request, form, status=422)
    said = _("The draft now says what the file says. Nothing is in force until somebody else has approved it.")
    return taken_over(request, form.cleaned_data["file"], said, imported=True)


@transaction.atomic
def taken_over(request, policy, said, *, imported=False):
    """Put a policy in the place of what the draft says, unless the draft is being reviewed."""
    draft = PolicyDraft.objects.select_for_update().first()
    if draft and draft.get_lock():
        messages.error(request, _("The draft is locked or being reviewed, so nothing was taken over."))
        return redirect("policy_home")
    draft = draft.get_latest_revision_as_object() if draft else PolicyDraft()
    revision = draft.take_over(policy, actor=request.user)
    if imported:
        facts = {"revision": revision.pk, "clauses": len(policy.clauses), "rules": len(policy.rules)}
        record("policy.imported", actor=request.user, subject=draft, **facts)
    messages.success(request, said)
    return redirect(edit_address(draft))


@require_safe
@permission_required(CHANGE)
def policy_export(request, pk):
    """Give the draft as a file, whole, with the words that its rules look for; say the faults of an unfinished one."""
    draft = get_object_or_404(PolicyDraft, pk=pk).get_latest_revision_as_object()
    try:
        return file_of(draft.as_policy(), "policy-draft.toml")
    except PolicyError as error:
        messages.error(request, _("An unfinished draft is no file yet: %s") % error)
        return redirect(edit_address(draft))


@require_safe
@permission_required(CHANGE)
def policy_export_version(request, number):
    """Give a version as a file, whole, with the words that its rules look for."""
    version = get_object_or_404(PolicyVersion, number=number)
    return file_of(version.policy, f"policy-{number}-whole.toml")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(CHANGE)
def policy_approval(request, pk):
    """Show what a draft changes and what stands in the way; take the verdict of a second person."""
    draft = get_object_or_404(PolicyDraft, pk=pk)
    if request.method != "POST":
        return reviewed(request, draft, VerdictForm())
    form = VerdictForm(request.POST)
    return decided(request, draft, form) if form.is_valid() else reviewed(request, draft, form, status=422)


def decided(request, draft, form):
    """Carry out a verdict, or say why it cannot be."""
    state = draft.current_workflow_task_state
    if state is None:
        messages.error(request, _("The draft does not wait for an approval any more."))
        return redirect("policy_approval", draft.pk)
    action, comment = form.cleaned_data["action"], form.cleaned_data["comment"]
    try:
        state.task.specific.on_action(state, request.user, action, comment=comment)
    except NotApproved as error:
        form.add_error(None, str(error).split("\n"))
        return reviewed(request, draft, form, status=422)
    messages.success(request, said_of(action))
    return redirect("policy_home")


def said_of(action):
    """Return what is said after a verdict."""
    if action == "reject":
        return _("The draft went back to whoever submitted it.")
    version = PolicyVersion.objects.order_by("-number").first()
    day = date_format(localtime(version.effective_from), "j F Y")
    return _("Version %(number)d is published, in force from %(day)s.") % {"number": version.number, "day": day}


def reviewed(request, draft, form, status=200):
    """Return the page on which a draft is approved."""
    written, current = draft.get_latest_revision_as_object(), PolicyVersion.current()
    waiting = draft.current_workflow_task_state
    found = checks(written, request.user if waiting else None)
    context = {
        "draft": written,
        "waiting": waiting,
        "checks": found,
        "may_approve": all(check.passed for check in found),
        "may_judge": bool(waiting and waiting.task.specific.get_actions(written, request.user)),
        "difference": compare(current.policy, policy_as_far_as_it_goes(written)) if current else None,
        "current": current,
        "form": form,
        "edit_url": edit_address(draft),
        "header": header({"url": "", "label": _("Approval")}),
    }
    return render(request, "moderation/policy_approval.html", context, status=status)

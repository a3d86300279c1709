"""The policy, for everybody: the version in force, every other one, and what changed between two."""

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consultations.models import ConsultationPage
from consultations.models.pages import Moderation
from moderation.models import PolicyVersion
from moderation.models.promises import promises
from moderation.models.versions import COMING_VERSION, VERSION_IN_FORCE, version_period, version_periods
from moderation.policy.difference import compare
from moderation.policy.forms import CompareForm
from moderation.policy.own_words import without_own_words
from moderation.policy.wording import clauses_in_words, rules_in_words
from moderation.restrictions import in_force
from portal.http.page_cache import public_page


@require_safe
@public_page()
def policy(request):
    """Show the policy in force, clause by clause, and announce what is to come."""
    found = version_periods()
    current = next((period for period in found if period.state == VERSION_IN_FORCE), None)
    coming = [period for period in reversed(found) if period.state == COMING_VERSION]
    return shown(request, current, coming=coming, versions=len(found), is_to_be_found=True)


@require_safe
@public_page()
def version(request, number):
    """Show one version, whether it is in force or not."""
    return shown(request, version_period(number), versions=number)


def shown(request, period, **context):
    """Return the page of one version; or of none, while the policy is being written."""
    context |= {"policy": period.version.policy if period else None, "period": period}
    if period:
        context |= rules_of(period)
    if period and period.state == VERSION_IN_FORCE:
        review_first = ConsultationPage.objects.live().public().open().filter(moderation=Moderation.BEFORE)
        context |= {"promises": promises(in_force.settings()), "review_first": review_first.defer("body", "outcome")}
    return render(request, "moderation/policy.html", context)


def rules_of(period):
    """Return what a version's rules do, for its page: today, on its first day to come, or on its last day."""
    day, level = timezone.localdate(), 0
    if period.state == VERSION_IN_FORCE:
        level = in_force.crisis_level()
    elif period.state == COMING_VERSION:
        day = timezone.localdate(period.version.effective_from)
    elif period.until:
        day = timezone.localdate(period.until)
    policy = period.version.policy
    return {"clauses": clauses_in_words(policy, day, level), "rules": rules_in_words(policy, day, level)}


@require_safe
@public_page()
def versions(request):
    """List all versions, latest first, with a form to compare two."""
    found = version_periods()
    return render(request, "moderation/policy_versions.html", {"periods": found, "form": CompareForm.of(found)})


@require_safe
@public_page("a", "b")
def compare_versions(request):
    """Lead from the form to the difference of the two versions it names."""
    found = version_periods()
    form = CompareForm.of(found, request.GET)
    if form.is_valid():
        return redirect("moderation:policy_difference", form.cleaned_data["a"], form.cleaned_data["b"])
    return render(request, "moderation/policy_versions.html", {"periods": found, "form": form}, status=422)


@require_safe
@public_page()
def policy_difference(request, a, b):
    """Show what changed from one version to another, clause by clause."""
    before, after = version_period(a), version_period(b)
    if a == b:
        raise Http404
    found = compare(before.version.policy, after.version.policy)
    context = {"before": before.version, "after": after.version, "difference": found}
    return render(request, "moderation/policy_difference.html", context)


@require_safe
@public_page()
def policy_file(request, number):
    """Give a version as a file that another agency can take in; rules with words of our own are left out."""
    found = PolicyVersion.objects.filter(number=number).first()
    if found is None:
        raise Http404
    public = replace(found.policy, rules=without_own_words(found.policy))
    return file_of(public, f"policy-{number}.toml", notes_on(found, public))


def notes_on(found, public):
    """Return what the file says of itself: which version it is, and what it leaves out."""
    when = found.effective_from.date().isoformat()
    notes = [_("Version %(number)d, from %(when)s.") % {"number": found.number, "when": when}]
    kept = [rule.title for rule in found.policy.rules if rule not in public.rules]
    if kept:
        notes.append(_("Rules that look for words of our own are left out: %s.") % ", ".join(kept))
    return notes


def file_of(text, name, notes=()):
    """Return a policy as a file to keep, after comments."""
    head = "".join(f"# {' '.join(note.split())}\n" for note in notes)
    response = HttpResponse(f"{head}\n{text.as_toml()}", content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

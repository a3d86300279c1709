"""The policy, for everybody."""

from django.shortcuts import render

from moderation.models import PolicyVersion


def policy(request):
    """Show the policy in force, clause by clause."""
    return render(request, "moderation/policy.html", {"version": PolicyVersion.current()})

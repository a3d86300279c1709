"""The versions of the policy in their order: which is in force, which was, which is to come."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from moderation.models.policy import PolicyVersion
from portal.http.lifetime import changes_at

COMING_VERSION, VERSION_IN_FORCE, PAST_VERSION, NEVER_IN_FORCE = "coming", "in-force", "past", "never"


@dataclass(frozen=True, slots=True)
class VersionPeriod:
    """One version, and when it was in force; `until` is None while nothing takes its place."""

    version: PolicyVersion
    state: str
    until: datetime | None


def version_periods():
    """Return all versions with their periods, latest first."""
    versions = PolicyVersion.objects.defer("document").select_related("published_by", "approved_by")
    return periods_of(list(versions.order_by("-number")), timezone.now())


def periods_of(versions, now):
    """Return the period of each version; they come latest first.

    A later version takes the place of all before it on its first day, even of one whose own first day has not come.
    """
    found, until = [], None
    for version in versions:
        changes_at(version.effective_from)
        found.append(VersionPeriod(version, period_state(version, until, now), until))
        until = min(until or version.effective_from, version.effective_from)
    return found


def period_state(version, until, now):
    """Return where a version stands that is replaced at a moment, or never."""
    if until and until <= version.effective_from:
        return NEVER_IN_FORCE
    if version.effective_from > now:
        return COMING_VERSION
    return PAST_VERSION if until and until <= now else VERSION_IN_FORCE


def version_period(number):
    """Return the period of one version; raise Http404 when there is none of that number."""
    found = next((period for period in version_periods() if period.version.number == number), None)
    if found is None:
        raise Http404
    return found


def clause_url(clause, version=None):
    """Return the public address of a clause, as it is now or as it was worded in the version of this number."""
    page = reverse("moderation:policy_version", args=[version]) if version else reverse("moderation:policy")
    return f"{page}#clause-{clause.number}"

"""The policy versions with the periods in which they are in force."""

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
    """A version and its period; `until` is None as long as no later version replaces it."""

    version: PolicyVersion
    state: str
    until: datetime | None


def version_periods():
    """Return all versions with their periods, latest first."""
    versions = PolicyVersion.objects.defer("document").select_related("published_by", "approved_by")
    return periods_of(list(versions.order_by("-number")), timezone.now())


def periods_of(versions, now):
    """Return the period of each version; `versions` are sorted latest first.

    A version replaces all earlier ones on its first day, also an earlier one whose first day is later.
    """
    found, until = [], None
    for version in versions:
        changes_at(version.effective_from)
        found.append(VersionPeriod(version, period_state(version, until, now), until))
        until = min(until or version.effective_from, version.effective_from)
    return found


def period_state(version, until, now):
    """Return the state of a period, whose `until` may be None: past, in force, to come or never in force."""
    if until and until <= version.effective_from:
        return NEVER_IN_FORCE
    if version.effective_from > now:
        return COMING_VERSION
    return PAST_VERSION if until and until <= now else VERSION_IN_FORCE


def version_period(number):
    """Return the period of the version with this number; raise Http404 when there is none."""
    found = next((period for period in version_periods() if period.version.number == number), None)
    if found is None:
        raise Http404
    return found


def clause_url(clause, version=None):
    """Return the public address of a clause: in the policy in force, or in the version with this number."""
    page = reverse("moderation:policy_version", args=[version]) if version else reverse("moderation:policy")
    return f"{page}#clause-{clause.number}"

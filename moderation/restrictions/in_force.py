"""The policy, moderation settings, crisis level and caretaker period in force, cached for ten seconds.

Every page and every submission reads them. The process that changes one clears its cache at once.
"""

from datetime import timedelta
from typing import NamedTuple

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from consultations.models.pages import Moderation
from moderation.models import CaretakerPeriod, Crisis, ModerationSettings, PolicyVersion
from moderation.models.policy import compiled
from portal.http import freshness
from portal.http.lifetime import changes_at
from portal.http.page_store import PAGE_SECONDS

IN_FORCE_KEY = freshness.derived("moderation.in_force")
IN_FORCE_CACHE_SECONDS = 10  # how long a change may take to reach another process
IN_FORCE_MODELS = (Crisis, CaretakerPeriod, ModerationSettings, PolicyVersion)


class InForce(NamedTuple):
    """What is in force now or within the cache's lifetime; the latest policy version first."""

    crises: list[Crisis]
    periods: list[CaretakerPeriod]
    settings: ModerationSettings
    versions: list[tuple]  # (effective_from, pk, digest)

    def policy_version(self, now):
        """Return the version of the policy in force, or None."""
        version = next(((pk, digest) for starts, pk, digest in self.versions if starts <= now), None)
        return compiled(*version) if version else None

    def crisis(self, now):
        """Return the crisis in force, or None."""
        found = next((crisis for crisis in self.crises if crisis.expires_at > now), None)
        if found:
            changes_at(found.expires_at)
        return found

    def caretaker_period(self, now):
        """Return the caretaker period in force, or None."""
        for period in self.periods:
            changes_at(period.starts_at, period.ends_at)
            if period.starts_at <= now < period.ends_at:
                return period
        return None

    def moderation(self):
        """Return all that decides on one text at this moment."""
        now = timezone.now()
        crisis, period, review_first = self.crisis(now), self.caretaker_period(now), ""
        if crisis and crisis.level >= Crisis.Level.BEFORE:
            review_first = crisis.banner
        elif period:
            review_first = period.notice[:300]
        level = crisis.level if crisis else 0
        return ModerationInForce(self.policy_version(now), self.settings, level, review_first)


class ModerationInForce(NamedTuple):
    """What decides on one text: the policy, the settings, the crisis level, and why every text is reviewed first."""

    version: PolicyVersion | None
    settings: ModerationSettings
    crisis_level: int
    review_first_reason: str  # the notice of a crisis or caretaker period; "" when there is no such reason


def read_in_force():
    """Read from the database what is in force now or will be before the cache expires."""
    now = timezone.now()
    soon = now + timedelta(seconds=IN_FORCE_CACHE_SECONDS + PAGE_SECONDS)
    versions = PolicyVersion.objects.filter(effective_from__lte=soon).order_by("-number")
    first_days = list(versions.values_list("effective_from", "pk", "digest")[:10])
    return InForce(
        crises=list(Crisis.objects.in_force()),
        periods=list(CaretakerPeriod.objects.filter(starts_at__lte=soon, ends_at__gt=now)),
        settings=ModerationSettings.load(),
        versions=first_days,
    )


def in_force_now():
    """Return the cached restrictions."""
    return cache.get_or_set(IN_FORCE_KEY, read_in_force, IN_FORCE_CACHE_SECONDS)


def on_restrictions_changed(**_signal):
    """Clear the cache now and after commit: others may refill it before the transaction is visible to them."""
    cache.delete(IN_FORCE_KEY)
    transaction.on_commit(lambda: cache.delete(IN_FORCE_KEY))


def moderation_in_force():
    """Return all that decides on one text, read once."""
    return in_force_now().moderation()


def policy_version():
    """Return the version of the policy in force, or None."""
    return in_force_now().policy_version(timezone.now())


def settings():
    """Return the moderators' settings."""
    return in_force_now().settings


def crisis_in_force():
    """Return the crisis in force, or None; expiry takes effect without waiting for the cache."""
    return in_force_now().crisis(timezone.now())


def crisis_level():
    """Return the crisis level in force; 0 without one."""
    crisis = crisis_in_force()
    return crisis.level if crisis else 0


def caretaker_period():
    """Return the caretaker period in force, or None."""
    return in_force_now().caretaker_period(timezone.now())


def publication(consultation=None):
    """Return when a text without a finding is published now: never, after-reading, slowly or at-once.

    ``slowly`` means at once, but for texts with links and many in a row. Without a consultation it is what holds where
    none says otherwise.
    """
    level = crisis_level()
    if level >= Crisis.Level.CLOSED:
        return "never"
    first = consultation is not None and consultation.moderation == Moderation.BEFORE
    if first or policy_version() is None or level >= Crisis.Level.BEFORE or caretaker_period():
        return "after-reading"
    return "slowly" if level else "at-once"

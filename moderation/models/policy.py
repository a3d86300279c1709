"""The agency's policy, as immutable versions."""

from functools import lru_cache

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.urls import reverse
from django.utils import timezone

from moderation.policy.loading import read_policy
from moderation.policy.ruleset import Ruleset

PUBLISH = "moderation.publish_policy"


class NotApproved(PermissionDenied):
    """The draft cannot be published; the message lists all reasons."""


class PolicyVersion(models.Model):
    """A policy as it was published; immutable.

    ``document`` is the whole policy (clauses and rules) in the form that `moderation.policy.loading` reads, so that an
    old decision can be read against the wording it was made under.
    """

    number = models.PositiveIntegerField(unique=True)
    document = models.JSONField()
    digest = models.CharField(max_length=64)  # SHA-256 of the document
    summary = models.TextField(blank=True)  # what is new in this version, for the public
    effective_from = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    replay = models.ForeignKey("moderation.Replay", null=True, on_delete=models.PROTECT, related_name="versions")

    class Meta:
        ordering = ["-number"]
        permissions = [("publish_policy", "Can publish a policy")]

    def __str__(self):
        return f"version {self.number}"

    def save(self, *args, **kwargs):
        """Insert a new version; raise TypeError for a change to a published one."""
        if not self._state.adding:
            raise TypeError("A published policy is never changed; publish a new version.")
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("moderation:policy")

    @classmethod
    def current(cls):
        """Return the version in force now, compiled once per process; None when there is none."""
        in_force = cls.objects.filter(effective_from__lte=timezone.now())
        key = in_force.order_by("-number").values_list("pk", "digest").first()
        return compiled(*key) if key else None

    @property
    def policy(self):
        """Return the policy as a value object."""
        return compiled(self.pk, self.digest)._policy

    @property
    def ruleset(self):
        """Return the compiled rules for screening."""
        return compiled(self.pk, self.digest)._ruleset

    def clause(self, key):
        """Return the clause with this key; None if this version has no such clause."""
        return self.policy.clause(key)


@lru_cache(maxsize=32)
def compiled(pk, _digest):
    """Return a version with parsed policy and compiled rules.

    The digest is part of the cache key because test databases reuse primary keys.
    """
    version = PolicyVersion.objects.get(pk=pk)
    version._policy = read_policy(version.document, try_examples=False)  # publication checked the examples
    version._ruleset = Ruleset(version._policy)
    return version

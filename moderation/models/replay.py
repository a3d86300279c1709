"""A draft's rules, tried on texts of the past before they take effect."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReplayQuerySet(models.QuerySet):
    """Named selections of replays."""

    def finished(self):
        """Select those that ran to their end, latest first."""
        return self.filter(state=Replay.State.DONE).order_by("-finished_at", "-id")


class Replay(models.Model):
    """One run of a policy over stored texts: asked for, worked off beside the web process, kept as it came out.

    ``document`` is the policy that was tried, ``rules_digest`` names its rules, ``result`` is the report.
    """

    class State(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", _("Waiting to start")
        RUNNING = "running", _("Running")
        DONE = "done", _("Finished")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    document = models.JSONField()
    rules_digest = models.CharField(max_length=64, db_index=True)
    version = models.ForeignKey(  # the one in force, which it was compared with
        "moderation.PolicyVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    sample = models.JSONField(default=dict)  # {"last": 10000}
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)  # texts
    total = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)  # why it failed, in words
    result = models.JSONField(default=dict)

    objects = ReplayQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        """Name it by its number."""
        return f"replay {self.pk}"

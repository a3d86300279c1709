"""A draft's rules, tried on texts of the past before they take effect."""

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction

from portal.audit import record
from portal.jobs.models import Job, JobQuerySet


class ReplayQuerySet(JobQuerySet["Replay"]):
    """Named selections of replays."""

    def finished(self):
        """Select those that ran to their end, latest first."""
        return self.filter(state=Replay.State.DONE).order_by("-finished_at", "-id")

    def for_lists(self):
        """Read what a list shows; policies and reports are long."""
        return self.select_related("asked_by").defer("document", "result")


class Replay(Job):
    """One run of a policy over stored texts: asked for, run beside the web process, kept as it came out.

    ``document`` is the policy that was tried, ``rules_digest`` names its rules, ``result`` is the report (its form is
    told in `moderation.replay`).
    """

    HEARTBEAT_TIMEOUT = timedelta(minutes=10)  # A thousand texts, and many rules, lie between two signs of life.

    document = models.JSONField()
    rules_digest = models.CharField(max_length=64, db_index=True)
    version = models.ForeignKey(  # the one in force, which it was compared with
        "moderation.PolicyVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    sample = models.JSONField(default=dict)  # {"last": 10000, …}: see `moderation.replay.sampling`
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    done = models.PositiveIntegerField(default=0)  # texts
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)

    objects: ClassVar[Any] = ReplayQuerySet.as_manager()

    @transaction.atomic
    def finish(self, result):
        """Keep the report."""
        super().finish(result=result, done=result["texts"], total=result["texts"])
        held, released = result["whole"]["newly_held"], result["whole"]["newly_released"]
        facts = {"texts": result["texts"], "newly_held": held, "newly_released": released}
        record("replay.finished", subject=self, rules=self.rules_digest, **facts)

    @transaction.atomic
    def cancel(self, by):
        """Stop it, or do not begin at all; return whether there was something to stop."""
        stopped = super().cancel()
        if stopped:
            record("replay.cancelled", by=by, subject=self)
        return stopped

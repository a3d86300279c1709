"""Replays: a draft's rules, tried on stored texts before they take effect."""

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction

from portal.audit import record
from portal.jobs.models import Job, JobQuerySet


class ReplayQuerySet(JobQuerySet["Replay"]):
    """Named selections of replays."""

    def finished(self):
        """Select the finished replays, latest first."""
        return self.filter(state=Replay.State.DONE).order_by("-finished_at", "-id")

    def for_lists(self):
        """Leave out the long columns `document` and `result`, which lists do not show."""
        return self.select_related("asked_by").defer("document", "result")


class Replay(Job):
    """One run of a draft's rules over stored texts, executed by the worker.

    ``document`` is the tried policy, ``rules_digest`` identifies its rules, ``result`` is the report, whose form is
    described in `moderation.replay`.
    """

    HEARTBEAT_TIMEOUT = timedelta(minutes=10)  # Between two heartbeats, a thousand texts meet every rule.

    document = models.JSONField()
    rules_digest = models.CharField(max_length=64, db_index=True)
    version = models.ForeignKey(  # the version in force, which the draft is compared with
        "moderation.PolicyVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    sample = models.JSONField(default=dict)  # {"last": 10000, …}: see `moderation.replay.sampling`
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    done = models.PositiveIntegerField(default=0)  # number of texts
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)

    objects: ClassVar[Any] = ReplayQuerySet.as_manager()

    @transaction.atomic
    def finish(self, result):
        """Store the report and finish the job."""
        super().finish(result=result, done=result["texts"], total=result["texts"])
        held, released = result["whole"]["newly_held"], result["whole"]["newly_released"]
        facts = {"texts": result["texts"], "newly_held": held, "newly_released": released}
        record("replay.finished", subject=self, rules=self.rules_digest, **facts)

    @transaction.atomic
    def cancel(self, actor):
        """Cancel the waiting or running replay; return whether there was anything to cancel."""
        stopped = super().cancel()
        if stopped:
            record("replay.cancelled", actor=actor, subject=self)
        return stopped

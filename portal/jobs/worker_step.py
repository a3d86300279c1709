"""How the steps of the worker fare, for those who run the site."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

WORKER_SILENCE = timedelta(minutes=2)  # after which no worker seems to be at work


class WorkerStep(models.Model):
    """One step of the worker: when a worker last spoke for it, when it last went well, how often it failed in a row.

    The worker writes all of them twice a minute.
    """

    name = models.CharField(max_length=120, primary_key=True)
    told_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)  # when it last went well
    failures = models.PositiveIntegerField(default=0)  # in a row, ten at most
    problem = models.CharField(max_length=200, blank=True)  # the kind of the last error in that row

    class Meta:
        ordering = ["name"]
        default_permissions = ()
        permissions = [("see_health", "Can see how the site runs")]

    def __str__(self):
        return self.name

    @classmethod
    def tell(cls, steps):
        """Write how the steps of `portal.jobs.worker` fare."""
        now = timezone.now()
        rows = [
            WorkerStep(
                name=step.name, told_at=now, done_at=step.done_at, failures=step.failures, problem=step.problem[:200]
            )
            for step in steps
        ]
        told = ["told_at", "done_at", "failures", "problem"]
        WorkerStep.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name"], update_fields=told)

    @classmethod
    def is_silent(cls, steps):
        """Return whether no worker has spoken lately."""
        return not any(step.told_at > timezone.now() - WORKER_SILENCE for step in steps)

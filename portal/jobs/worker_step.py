"""Status of the worker's steps, for the health page."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

WORKER_SILENCE = timedelta(minutes=2)  # a status older than this means that no worker is running


class WorkerStep(models.Model):
    """Status of one step: the last report, the last success, and the consecutive failures.

    The worker writes all rows twice a minute.
    """

    name = models.CharField(max_length=120, primary_key=True)
    told_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)  # time of the last success
    failures = models.PositiveIntegerField(default=0)  # consecutive failures, at most ten
    problem = models.CharField(max_length=200, blank=True)  # the class of the latest exception

    class Meta:
        ordering = ["name"]
        default_permissions = ()
        permissions = [("see_health", "Can see how the site runs")]

    def __str__(self):
        return self.name

    @classmethod
    def tell(cls, steps):
        """Write the status of the steps of `portal.jobs.worker`."""
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
        """Return whether no worker has reported recently."""
        return not any(step.told_at > timezone.now() - WORKER_SILENCE for step in steps)

"""Jobs: work that a person starts and the worker executes."""

from datetime import timedelta
from time import monotonic
from typing import Any, ClassVar, Generic, TypeVar
from uuid import uuid4

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.jobs import worker

JOB_MAX_TRIES = 3  # a job that kills its worker is not retried for ever
HEARTBEAT_SECONDS = 1.0


class JobTaken(Exception):
    """The job was cancelled or requeued, or another worker claimed it."""


JobType = TypeVar("JobType", bound="Job")


class JobQuerySet(models.QuerySet[JobType], Generic[JobType]):
    """Named selections of jobs."""

    def waiting(self):
        """Select the jobs that no worker has claimed, oldest first."""
        return self.filter(state=Job.State.WAITING).order_by("id")

    def unfinished(self):
        """Select the jobs that wait or run."""
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])

    def alive(self):
        """Select the running jobs whose worker has reported within the heartbeat timeout."""
        return self.filter(state=Job.State.RUNNING, alive_at__gte=Now() - self.model.HEARTBEAT_TIMEOUT)

    def abandoned(self):
        """Select the running jobs whose worker has not reported within the heartbeat timeout."""
        # The database wrote `alive_at` and compares it: the clocks of two workers may differ.
        return self.filter(state=Job.State.RUNNING, alive_at__lt=Now() - self.model.HEARTBEAT_TIMEOUT)

    def claim_each(self):
        """Claim and yield waiting jobs, oldest first, until none is left or the process is to stop."""
        self.requeue_abandoned()
        while not worker.stopping() and (job := self.claim_next()):
            yield job

    def claim_next(self):
        """Claim the oldest waiting job and return it; None when there is none."""
        while job := self.waiting().first():
            if job.claim():
                return job
        return None

    def create_claimed(self, **fields):
        """Create a job that this process runs itself, claimed from the start."""
        job = self.create(**fields, **self.model.claim_fields(), tries=1)
        job.refresh_from_db(fields=["started_at", "alive_at"])
        return job

    def requeue_abandoned(self):
        """Requeue abandoned jobs; fail those that were tried `MAX_TRIES` times."""
        abandoned = self.abandoned()
        if not abandoned.exists():  # an UPDATE without rows would still lock SQLite
            return
        # Each names its tries: a job may come to be taken for abandoned between the two.
        abandoned.filter(tries__lt=self.model.MAX_TRIES).update(**self.model.reset_fields())
        problem = _("The worker stopped in the middle of it, %d times. The site's log may say why.")
        tried_out = abandoned.filter(tries__gte=self.model.MAX_TRIES)
        tried_out.update(**self.model.end_fields(Job.State.FAILED), problem=problem % self.model.MAX_TRIES)

    def requeue_running(self):
        """Requeue every running job; its worker stops at its next heartbeat."""
        self.filter(state=Job.State.RUNNING).update(**self.model.reset_fields())


class Job(models.Model):
    """A job, which one worker claims; after that worker dies, another one takes the job over.

    Only the methods here change ``state``. Each claim has a random ``claim_token``, which every write of the worker
    names: a worker whose claim was replaced cannot write.
    """

    class State(models.TextChoices):
        """The state of a job; a subclass may have other labels and further states."""

        WAITING = "waiting", gettext_lazy("Waiting to start")
        RUNNING = "running", gettext_lazy("Running")
        DONE = "done", gettext_lazy("Finished")
        FAILED = "failed", gettext_lazy("Failed")
        CANCELLED = "cancelled", gettext_lazy("Cancelled")

    HEARTBEAT_TIMEOUT = timedelta(minutes=5)  # a worker without a heartbeat for this long counts as dead
    MAX_TRIES = JOB_MAX_TRIES
    PROGRESS_FIELDS = ("done", "total")  # the columns for the finished and the total amount

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)  # the reason of a failure, for the person who started the job
    asked_at = models.DateTimeField(default=timezone.now)
    claim_token = models.UUIDField(null=True, editable=False)
    started_at = models.DateTimeField(null=True)  # time of the last claim, by the database's clock, like alive_at
    alive_at = models.DateTimeField(null=True)  # last heartbeat
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = JobQuerySet.as_manager()  # subclasses may have a QuerySet of their own

    class Meta:
        abstract = True
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "id"], name="%(class)s_queue")]

    def __str__(self):
        return f"{self._meta.model_name} {self.pk}"

    @classmethod
    def claim_fields(cls):
        """Return the columns of a claimed job."""
        return {"state": cls.State.RUNNING, "claim_token": uuid4(), "started_at": Now(), "alive_at": Now()}

    @classmethod
    def reset_fields(cls):
        """Return the columns of a requeued job."""
        unclaimed = {"state": cls.State.WAITING, "claim_token": None, "started_at": None, "alive_at": None}
        return unclaimed | dict.fromkeys(cls.PROGRESS_FIELDS, 0)

    @classmethod
    def end_fields(cls, state):
        """Return the columns of a job that ends in this state."""
        return {"state": state, "finished_at": timezone.now()}

    @property
    def is_over(self):
        """Return whether the job neither waits nor runs."""
        return self.state not in (self.State.WAITING, self.State.RUNNING)

    @property
    def done_count(self):
        """Return the finished amount."""
        return getattr(self, self.PROGRESS_FIELDS[0])

    @property
    def total_count(self):
        """Return the total amount, 0 while unknown."""
        return getattr(self, self.PROGRESS_FIELDS[1])

    @property
    def per_cent(self):
        """Return the progress, 0 to 100."""
        return min(100 * self.done_count // self.total_count, 100) if self.total_count else 0

    @property
    def progress(self):
        """Return the values that a page updates while the job waits or runs."""
        return {
            "id": self.pk,
            "state": self.get_state_display(),
            "done": self.done_count,
            "total": self.total_count,
            "per_cent": self.per_cent,
        }

    def update_if_claimed(self, *states, **changes):
        """Write columns if the job is in one of the states and its claim is unchanged; return whether it was."""
        mine = type(self).objects.filter(pk=self.pk, state__in=states, claim_token=self.claim_token)
        written = bool(mine.update(**changes))
        if written:
            for name, value in changes.items():
                if not hasattr(value, "resolve_expression"):  # database expressions have no value here
                    setattr(self, name, value)
        return written

    def claim(self):
        """Claim the waiting job for this process; return False if another worker was first."""
        claimed = self.update_if_claimed(self.State.WAITING, **self.claim_fields(), tries=self.tries + 1)
        if claimed:
            self.refresh_from_db(fields=["started_at", "alive_at"])
        return claimed

    def report_progress(self, **figures):
        """Write a heartbeat and how far the job is; raise JobTaken when the claim was replaced."""
        if not self.update_if_claimed(self.State.RUNNING, alive_at=Now(), **figures):
            raise JobTaken

    def requeue(self):
        """Put the job back into the queue, to start from the beginning."""
        return self.update_if_claimed(self.State.RUNNING, **self.reset_fields())

    def finish(self, **facts):
        """Store the result; raise JobTaken if the claim was replaced."""
        if not self.update_if_claimed(self.State.RUNNING, **(self.end_fields(self.State.DONE) | facts)):
            raise JobTaken

    def fail(self, problem):
        """Store the reason of the failure."""
        failed = self.end_fields(self.State.FAILED) | {"problem": str(problem)}
        return self.update_if_claimed(self.State.RUNNING, **failed)

    def cancel(self):
        """Cancel the waiting or running job; return whether there was anything to cancel."""
        # The canceller has no claim, and its copy of the row may be older than the worker's last write.
        unfinished = type(self).objects.unfinished().filter(pk=self.pk)
        cancelled = bool(unfinished.update(**self.end_fields(self.State.CANCELLED)))
        self.refresh_from_db(fields=["state", "finished_at"])
        return cancelled


class Heartbeat:
    """Reports the progress of a running job about once a second; `show(job)` is called after each report."""

    def __init__(self, job, show=None):
        self.job, self.show, self.last = job, show, -HEARTBEAT_SECONDS

    def beat(self, *, now=False, **figures):
        """Report progress if a second has passed, or at once if `now`.

        Raise Stopped when the process is to stop, JobTaken when the claim was replaced.
        """
        if worker.stopping():
            raise worker.Stopped
        if now or monotonic() - self.last >= HEARTBEAT_SECONDS:
            self.job.report_progress(**figures)
            self.last = monotonic()
            if self.show:
                self.show(self.job)

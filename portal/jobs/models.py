"""Jobs: work that a person asks for and that a worker does beside the web process."""

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

JOB_MAX_TRIES = 3  # A job that takes its worker down with it is not tried for ever.
HEARTBEAT_SECONDS = 1.0


class JobTaken(Exception):
    """The job was cancelled, requeued, or claimed by another worker."""


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
        """Create a job that this process runs itself; no worker sees it waiting."""
        job = self.create(**fields, **self.model.claim_fields(), tries=1)
        job.refresh_from_db(fields=["started_at", "alive_at"])
        return job

    def requeue_abandoned(self):
        """Let abandoned jobs wait again; fail those that were tried too often."""
        abandoned = self.abandoned()
        if not abandoned.exists():  # An UPDATE would lock SQLite for each look.
            return
        abandoned.filter(tries__lt=self.model.MAX_TRIES).update(**self.model.reset_fields())
        problem = _("The worker stopped in the middle of it, %d times. The site's log may say why.")
        abandoned.update(**self.model.end_fields(Job.State.FAILED), problem=problem % self.model.MAX_TRIES)

    def requeue_running(self):
        """Let every running job wait again; its worker is stopped by its next heartbeat."""
        self.filter(state=Job.State.RUNNING).update(**self.model.reset_fields())


class Job(models.Model):
    """Something to be done: claimed by one worker, taken over by another when that one dies.

    ``state`` is changed by the methods here and by nothing else. Each claim has a random ``claim_token``, and every
    write of a worker names it: a worker whose claim was replaced cannot write.
    """

    class State(models.TextChoices):
        """How far a job is; a kind of job may have other labels and further states."""

        WAITING = "waiting", gettext_lazy("Waiting to start")
        RUNNING = "running", gettext_lazy("Running")
        DONE = "done", gettext_lazy("Finished")
        FAILED = "failed", gettext_lazy("Failed")
        CANCELLED = "cancelled", gettext_lazy("Cancelled")

    HEARTBEAT_TIMEOUT = timedelta(minutes=5)  # after which a silent worker is taken for dead
    MAX_TRIES = JOB_MAX_TRIES
    PROGRESS_FIELDS = ("done", "total")  # the columns that count what is done, and of how much

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)  # why it failed, for the person who asked
    asked_at = models.DateTimeField(default=timezone.now)
    claim_token = models.UUIDField(null=True, editable=False)
    started_at = models.DateTimeField(null=True)  # of the last claim, by the database's clock, as is alive_at
    alive_at = models.DateTimeField(null=True)  # last heartbeat
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = JobQuerySet.as_manager()  # a kind of job may have selections of its own

    class Meta:
        abstract = True
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "id"], name="%(class)s_queue")]

    def __str__(self):
        return f"{self._meta.model_name} {self.pk}"

    @classmethod
    def claim_fields(cls):
        """Return the columns of a job that is being claimed."""
        return {"state": cls.State.RUNNING, "claim_token": uuid4(), "started_at": Now(), "alive_at": Now()}

    @classmethod
    def reset_fields(cls):
        """Return the columns of a job that waits from the beginning."""
        unclaimed = {"state": cls.State.WAITING, "claim_token": None, "started_at": None, "alive_at": None}
        return unclaimed | dict.fromkeys(cls.PROGRESS_FIELDS, 0)

    @classmethod
    def end_fields(cls, state):
        """Return the columns of a job that ends in a state."""
        return {"state": state, "finished_at": timezone.now()}

    @property
    def is_over(self):
        """Return whether the job neither waits nor runs."""
        return self.state not in (self.State.WAITING, self.State.RUNNING)

    @property
    def done_count(self):
        """Return how much is done."""
        return getattr(self, self.PROGRESS_FIELDS[0])

    @property
    def total_count(self):
        """Return how much there is to do, 0 while that is unknown."""
        return getattr(self, self.PROGRESS_FIELDS[1])

    @property
    def per_cent(self):
        """Return how much of it is done, 0 to 100."""
        return min(100 * self.done_count // self.total_count, 100) if self.total_count else 0

    @property
    def progress(self):
        """Return what changes on a page while the job waits or runs."""
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
                if not hasattr(value, "resolve_expression"):  # what the database computes is not known here
                    setattr(self, name, value)
        return written

    def claim(self):
        """Claim the waiting job for this process; return whether nobody else was first."""
        claimed = self.update_if_claimed(self.State.WAITING, **self.claim_fields(), tries=self.tries + 1)
        if claimed:
            self.refresh_from_db(fields=["started_at", "alive_at"])
        return claimed

    def report_progress(self, **figures):
        """Write a heartbeat and how far the job is; raise JobTaken when the claim was replaced."""
        if not self.update_if_claimed(self.State.RUNNING, alive_at=Now(), **figures):
            raise JobTaken

    def requeue(self):
        """Let it wait again, from the beginning."""
        return self.update_if_claimed(self.State.RUNNING, **self.reset_fields())

    def finish(self, **facts):
        """Keep the result; raise JobTaken when the claim was replaced."""
        if not self.update_if_claimed(self.State.RUNNING, **(self.end_fields(self.State.DONE) | facts)):
            raise JobTaken

    def fail(self, problem):
        """Keep why it could not be done."""
        failed = self.end_fields(self.State.FAILED) | {"problem": str(problem)}
        return self.update_if_claimed(self.State.RUNNING, **failed)

    def cancel(self):
        """Stop it, or do not begin at all; return whether there was something to stop."""
        # Whoever cancels holds no claim, and read the row before the worker's last change of it.
        unfinished = type(self).objects.unfinished().filter(pk=self.pk)
        cancelled = bool(unfinished.update(**self.end_fields(self.State.CANCELLED)))
        self.refresh_from_db(fields=["state", "finished_at"])
        return cancelled


class Heartbeat:
    """The heartbeat of a running job, about one a second; `show(job)` is called after each."""

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

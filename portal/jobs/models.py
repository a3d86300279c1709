"""Work that a person asks for and that is done beside the web process, by one worker at a time."""

from datetime import timedelta
from time import monotonic

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.jobs import worker

TRIES = 3  # A job that takes its worker down with it is not tried for ever.
PAUSE = 1.0  # seconds between two signs of life


class JobTaken(Exception):
    """The job was cancelled, put back, or given to another worker."""


class JobQuerySet(models.QuerySet):
    """Named selections of jobs."""

    def waiting(self):
        """Select those that nobody works on yet, oldest first."""
        return self.filter(state=Job.State.WAITING).order_by("id")

    def one_by_one(self):
        """Claim what waits, oldest first, until nothing does or the process is to stop."""
        self.put_back_abandoned()
        while not worker.stopping() and (job := self.claim_next()):
            yield job

    def claim_next(self):
        """Give the oldest that waits to the worker who asks; None when there is none left."""
        while job := self.waiting().first():
            if job.claim():
                return job
        return None

    def put_back_abandoned(self):
        """Let those wait again whose worker has fallen silent; give up on what was tried too often."""
        for job in self.filter(state=Job.State.RUNNING, alive_at__lt=timezone.now() - self.model.SILENCE):
            if job.tries < TRIES:
                job.put_back()
            else:
                job.fail(_("The worker stopped in the middle of it, %d times. The site's log may say why.") % TRIES)

    def begin_again(self):
        """Let everything that is being worked on wait again."""
        self.filter(state=Job.State.RUNNING).update(**self.model.unbegun())


class Job(models.Model):
    """Something to be done, claimed by one worker and taken over by another when that one dies.

    ``state`` is changed by the methods here and by nothing else; the moment in ``started_at`` is the worker's claim, so
    that one who was taken for dead writes nothing over another's work.
    """

    class State(models.TextChoices):
        """How far it is; a kind of job may have words and further states of its own."""

        WAITING = "waiting", gettext_lazy("Waiting to start")
        RUNNING = "running", gettext_lazy("Running")
        DONE = "done", gettext_lazy("Finished")
        FAILED = "failed", gettext_lazy("Failed")
        CANCELLED = "cancelled", gettext_lazy("Cancelled")

    SILENCE = timedelta(minutes=5)  # after which a worker that says nothing is taken for dead
    COUNTED = ("done", "total")  # the columns that say how far it is, of how much

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)  # why it failed, in words
    started_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True)  # when its worker last gave a sign of life
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "id"], name="%(class)s_queue")]

    def __str__(self):
        """Name it by its number."""
        return f"{self._meta.model_name} {self.pk}"

    @classmethod
    def unbegun(cls):
        """Return what the columns of a job say that waits from the beginning."""
        return {"state": cls.State.WAITING, "started_at": None, "alive_at": None} | dict.fromkeys(cls.COUNTED, 0)

    @property
    def is_over(self):
        """Return whether nothing more will happen to it."""
        return self.state not in (self.State.WAITING, self.State.RUNNING)

    @property
    def per_cent(self):
        """Return how much of it is done."""
        done, total = (getattr(self, name) for name in self.COUNTED)
        return min(100 * done // total, 100) if total else 0

    def write(self, *states, **changes):
        """Write columns if it is still in one of the states and, once begun, still ours; return whether it was."""
        still = type(self).objects.filter(pk=self.pk, state__in=states, started_at=self.started_at)
        written = bool(still.update(**changes))
        if written:
            for name, value in changes.items():
                setattr(self, name, value)
        return written

    def claim(self):
        """Begin to work on it; return whether nobody else was first."""
        now = timezone.now()
        begun = {"state": self.State.RUNNING, "started_at": now, "alive_at": now, "tries": self.tries + 1}
        return self.write(self.State.WAITING, **begun)

    def note(self, **figures):
        """Say that its worker is alive and how far it is; raise JobTaken when it shall go on no more."""
        if not self.write(self.State.RUNNING, alive_at=timezone.now(), **figures):
            raise JobTaken

    def put_back(self):
        """Let it wait again, from the beginning."""
        return self.write(self.State.RUNNING, **self.unbegun())

    def finish(self, **facts):
        """Keep what came of it; raise JobTaken when it is no longer ours."""
        over = {"state": self.State.DONE, "finished_at": timezone.now()} | facts
        if not self.write(self.State.RUNNING, **over):
            raise JobTaken

    def fail(self, problem):
        """Keep why it could not be done."""
        return self.write(self.State.RUNNING, state=self.State.FAILED, problem=str(problem), finished_at=timezone.now())

    def cancel(self):
        """Stop it, or do not begin at all; return whether there was something to stop."""
        over = {"state": self.State.CANCELLED, "finished_at": timezone.now()}
        return self.write(self.State.WAITING, self.State.RUNNING, **over)


def unforeseen(error):
    """Say that something broke that nobody foresaw; whoever calls logs it at full length."""
    return _("Something broke that nobody foresaw (%s). The site's log says where.") % type(error).__name__


class Heartbeat:
    """The signs of life of a job's worker, about one a second."""

    def __init__(self, job):
        self.job, self.last = job, -PAUSE

    def beat(self, *, now=False, **figures):
        """Note how far the job is; return whether it was time, or had to be ``now``.

        Raise Stopped when the process is to end, JobTaken when the job is.
        """
        if worker.stopping():
            raise worker.Stopped
        if not now and monotonic() - self.last < PAUSE:
            return False
        self.job.note(**figures)
        self.last = monotonic()
        return True

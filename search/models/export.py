"""A file that an officer asked for: made beside the web process, kept for some days, deleted."""

from datetime import timedelta
from secrets import randbits

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.audit import record

SILENCE = timedelta(minutes=5)  # after which a worker that says nothing is taken for dead
TRIES = 3  # An export that takes its worker down with it is not tried for ever.


class ExportTaken(Exception):
    """The export was cancelled, put back, or given to another worker."""


def new_seed() -> int:
    """Return a seed for the sample of a report, short enough to be typed."""
    return randbits(31)


class ExportQuerySet(models.QuerySet):
    """Named selections of exports."""

    def of(self, user):
        """Select somebody's own, latest first."""
        return self.filter(asked_by=user).order_by("-id")

    def waiting(self):
        """Select those that nobody works on yet, oldest first."""
        return self.filter(state=Export.State.WAITING).order_by("id")

    def with_files(self):
        """Select those whose file is there or is being written."""
        return self.filter(state__in=[Export.State.RUNNING, Export.State.DONE])

    def to_expire(self):
        """Select finished ones whose time is over or whose owner's account is gone or shut."""
        over = Q(expires_at__lte=timezone.now()) | Q(asked_by=None) | Q(asked_by__is_active=False)
        return self.filter(over, state=Export.State.DONE)

    def claim_next(self):
        """Give the oldest that waits to the worker who asks; None when there is none left."""
        while export := self.waiting().select_related("asked_by").first():
            if export.claim():
                return export
        return None

    def put_back_abandoned(self):
        """Let those wait again whose worker has fallen silent; give up on what was tried too often."""
        for export in self.filter(state=Export.State.RUNNING, alive_at__lt=timezone.now() - SILENCE):
            if export.tries < TRIES:
                export.put_back()
            else:
                export.fail(_("The worker stopped in the middle of it, %d times. The site's log may say why.") % TRIES)

    def begin_again(self):
        """Let everything that is being written wait again: a text that it may hold has to go."""
        self.filter(state=Export.State.RUNNING).update(**Export.UNBEGUN)


class Export(models.Model):
    """One file of one result.

    ``question`` is the desk's query string, ``sentence`` the same in words, ``scope`` what its asker might find then.
    ``state`` is changed by the methods here and by nothing else; the moment in ``started_at`` is the worker's claim, so
    that one who was taken for dead writes nothing over another's work.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("Waiting to start")
        RUNNING = "running", _("Being written")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired and deleted")

    UNBEGUN = {"state": State.WAITING, "started_at": None, "alive_at": None, "matched": 0, "written": 0}

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ending = models.CharField(max_length=10)  # the format: "csv", "xlsx", …
    question = models.TextField(blank=True)
    sentence = models.TextField()
    scope = models.JSONField(default=list)
    originals = models.BooleanField(default=False)  # with the texts before redaction
    reason = models.CharField(max_length=200, blank=True)  # why the originals are needed
    seed = models.BigIntegerField(default=new_seed)  # of a report's sample
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)  # why it failed, in words
    matched = models.PositiveIntegerField(default=0)  # submissions
    written = models.PositiveIntegerField(default=0)
    as_of = models.DateTimeField(null=True)  # when the index was asked
    index_behind_by = models.PositiveIntegerField(default=0)
    file_name = models.CharField(max_length=80, blank=True)  # as it is downloaded
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "id"], name="export_queue")]

    def __str__(self):
        """Name it by its number."""
        return f"export {self.pk}"

    @property
    def is_over(self):
        """Return whether nothing more will be written."""
        return self.state not in (self.State.WAITING, self.State.RUNNING)

    @property
    def per_cent(self):
        """Return how much of it is done."""
        return min(100 * self.written // self.matched, 100) if self.matched else 0

    @property
    def left_out(self):
        """Return how many matched and could no longer be seen when their turn came."""
        return self.matched - self.written

    @property
    def stored_as(self):
        """Return the name of its files without their ending: another one for every claim."""
        return f"{self.pk}-{self.started_at.timestamp() * 1e6:.0f}" if self.started_at else ""

    def write(self, *states, **changes):
        """Write columns if it is still in one of the states and, once begun, still ours; return whether it was."""
        still = Export.objects.filter(pk=self.pk, state__in=states, started_at=self.started_at)
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
        """Say that its worker is alive and how far it is; raise ExportTaken when it shall go on no more."""
        if not self.write(self.State.RUNNING, alive_at=timezone.now(), **figures):
            raise ExportTaken

    def put_back(self):
        """Let it wait again, from the beginning."""
        return self.write(self.State.RUNNING, **self.UNBEGUN)

    @transaction.atomic
    def finish(self, **facts):
        """Hand the file over and say so in the ledger; raise ExportTaken when it is no longer ours."""
        now = timezone.now()
        over = {"state": self.State.DONE, "finished_at": now, "expires_at": now + settings.EXPORTS_KEPT_FOR}
        if not self.write(self.State.RUNNING, **over, **facts):
            raise ExportTaken
        told = {"format": self.ending, "count": self.written, "sealed": self.originals}
        if self.originals:
            told["reason"] = self.reason
        record("submissions.exported", by=self.asked_by, subject=self, **told)

    def fail(self, problem):
        """Keep why it could not be made."""
        return self.write(self.State.RUNNING, state=self.State.FAILED, problem=str(problem), finished_at=timezone.now())

    def cancel(self):
        """Stop it, or do not begin at all; return whether there was something to stop."""
        over = {"state": self.State.CANCELLED, "finished_at": timezone.now()}
        return self.write(self.State.WAITING, self.State.RUNNING, **over)

    def expire(self):
        """Take the file back; whoever calls deletes it once this is committed."""
        return self.write(self.State.DONE, state=self.State.EXPIRED, expires_at=timezone.now())

"""A draft's rules, tried on texts of the past before they take effect."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.audit import record

SILENCE = timedelta(minutes=10)  # after which a worker that says nothing is taken for dead


class ReplayTaken(Exception):
    """The replay was cancelled, or given to another worker."""


class ReplayQuerySet(models.QuerySet):
    """Named selections of replays."""

    def finished(self):
        """Select those that ran to their end, latest first."""
        return self.filter(state=Replay.State.DONE).order_by("-finished_at", "-id")

    def waiting(self):
        """Select those that nobody works on yet, oldest first."""
        return self.filter(state=Replay.State.QUEUED).order_by("id")

    def for_lists(self):
        """Read what a list shows; policies and reports are long."""
        return self.select_related("asked_by").defer("document", "result")

    def claim_next(self):
        """Give the oldest that waits to the worker who asks; None when there is none left."""
        while replay := self.waiting().first():
            if replay.claim():
                return replay
        return None

    def put_back_abandoned(self):
        """Let those wait again whose worker has fallen silent."""
        for replay in self.filter(state=Replay.State.RUNNING):
            if replay.is_abandoned:
                replay.put_back()


class Replay(models.Model):
    """One run of a policy over stored texts: asked for, worked off beside the web process, kept as it came out.

    ``document`` is the policy that was tried, ``rules_digest`` names its rules, ``result`` is the report (its form is
    told in `moderation.replay`). ``state`` is changed by the methods here and by nothing else; the moment in
    ``started_at`` is the worker's claim, so that one who was taken for dead writes nothing over another's work.
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
    sample = models.JSONField(default=dict)  # {"last": 10000, …}: see `moderation.replay.sampling`
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

    @property
    def is_over(self):
        """Return whether nothing more will happen to it."""
        return self.state not in (self.State.QUEUED, self.State.RUNNING)

    @property
    def is_abandoned(self):
        """Return whether its worker has said nothing for too long."""
        alive_at = self.result.get("alive_at")
        last = datetime.fromisoformat(alive_at) if alive_at else self.started_at
        return self.state == self.State.RUNNING and last < timezone.now() - SILENCE

    @property
    def per_cent(self):
        """Return how much of it is done."""
        return min(100 * self.done // self.total, 100) if self.total else 0

    def write(self, *states, **changes):
        """Write columns if it is still in one of the states and, once begun, still ours; return whether it was."""
        still = Replay.objects.filter(pk=self.pk, state__in=states, started_at=self.started_at)
        written = bool(still.update(**changes))
        if written:
            for name, value in changes.items():
                setattr(self, name, value)
        return written

    def claim(self):
        """Begin to work on it; return whether nobody else was first."""
        now = timezone.now()
        return self.write(self.State.QUEUED, state=self.State.RUNNING, started_at=now, done=0, total=0, result={})

    def note_progress(self, done, total):
        """Say that its worker is alive and how far it is; raise ReplayTaken when it shall go on no more."""
        alive = {"alive_at": timezone.now().isoformat()}
        if not self.write(self.State.RUNNING, done=done, total=total, result=alive):
            raise ReplayTaken

    def put_back(self):
        """Let it wait again, from the beginning."""
        self.write(self.State.RUNNING, state=self.State.QUEUED, started_at=None, done=0, total=0, result={})

    @transaction.atomic
    def finish(self, result):
        """Keep the report."""
        changes = {"state": self.State.DONE, "result": result, "done": result["texts"], "total": result["texts"]}
        if not self.write(self.State.RUNNING, finished_at=timezone.now(), **changes):
            raise ReplayTaken
        held, released = result["whole"]["newly_held"], result["whole"]["newly_released"]
        facts = {"texts": result["texts"], "newly_held": held, "newly_released": released}
        record("replay.finished", subject=self, rules=self.rules_digest, **facts)

    def fail(self, problem):
        """Keep why it could not be run to its end."""
        changes = {"state": self.State.FAILED, "problem": problem, "result": {}}
        self.write(self.State.RUNNING, finished_at=timezone.now(), **changes)

    @transaction.atomic
    def cancel(self, by):
        """Stop it, or do not begin at all; return whether there was something to stop."""
        changes = {"state": self.State.CANCELLED, "result": {}}
        stopped = self.write(self.State.QUEUED, self.State.RUNNING, finished_at=timezone.now(), **changes)
        if stopped:
            record("replay.cancelled", by=by, subject=self)
        return stopped

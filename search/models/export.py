"""A file that an officer asked for: made beside the web process, kept for some days, deleted."""

from datetime import timedelta
from secrets import randbits
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.audit import record
from portal.jobs.models import Job, JobQuerySet

ORIGINALS_KEPT_FOR = timedelta(days=1)  # at most; what was sealed lies about no longer than the reason needs

SAME_EXPORT_WITHIN = timedelta(seconds=10)  # taps in a row; later, texts may have come in


def new_seed() -> int:
    """Return a seed for the sample of a report, short enough to be typed."""
    return randbits(31)


class ExportQuerySet(JobQuerySet["Export"]):
    """Named selections of exports."""

    def asked_by(self, user):
        """Select somebody's own, latest first."""
        return self.filter(asked_by=user).order_by("-id")

    def asked_just_now(self, **asked):
        """Select the same file, asked for a moment ago and still of use: the form was sent more than once."""
        useless = [Export.State.FAILED, Export.State.CANCELLED, Export.State.EXPIRED]
        return self.filter(**asked, asked_at__gt=timezone.now() - SAME_EXPORT_WITHIN).exclude(state__in=useless)

    def waiting(self):
        """Select those that nobody works on yet, oldest first, with who asked for them."""
        return super().waiting().select_related("asked_by")

    def with_files(self):
        """Select those whose file is there or is being written."""
        return self.filter(state__in=[Export.State.RUNNING, Export.State.DONE])

    def to_expire(self):
        """Select finished ones whose time is over or whose owner's account is gone or shut."""
        over = Q(expires_at__lte=timezone.now()) | Q(asked_by=None) | Q(asked_by__is_active=False)
        return self.filter(over, state=Export.State.DONE)


class Export(Job):
    """One file of one result.

    ``question`` is the desk's query string, ``sentence`` the same in words, ``scope`` what its asker might find then.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("Waiting to start")
        RUNNING = "running", _("Being written")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired and deleted")

    PROGRESS_FIELDS = ("written", "matched")

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ending = models.CharField(max_length=10)  # the format: "csv", "xlsx", …
    question = models.TextField(blank=True)
    sentence = models.TextField()
    scope = models.JSONField(default=list)
    originals = models.BooleanField(default=False)  # with the texts before redaction
    reason = models.CharField(max_length=200, blank=True)  # why the originals are needed
    seed = models.BigIntegerField(default=new_seed)  # of a report's sample
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    matched = models.PositiveIntegerField(default=0)  # submissions
    written = models.PositiveIntegerField(default=0)
    as_of = models.DateTimeField(null=True)  # when the index was asked
    index_behind_by = models.PositiveIntegerField(default=0)
    file_name = models.CharField(max_length=80, blank=True)  # as it is downloaded
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True)
    newest_event = models.PositiveBigIntegerField(default=0)  # when the index was asked
    replaces = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")  # made again

    objects: ClassVar[Any] = ExportQuerySet.as_manager()

    @property
    def left_out(self):
        """Return how many matched and could no longer be seen when their turn came."""
        return self.matched - self.written

    @property
    def stored_as(self):
        """Return the name of its files without their ending: another one for every claim."""
        return f"{self.pk}-{self.started_at.timestamp() * 1e6:.0f}" if self.started_at else ""

    @transaction.atomic
    def finish(self, **facts):
        """Hand the file over and say so in the ledger; raise JobTaken when the claim was replaced."""
        now, longest = timezone.now(), settings.EXPORTS_KEPT_FOR
        kept_for = min(longest, ORIGINALS_KEPT_FOR) if self.originals else longest
        super().finish(finished_at=now, expires_at=now + kept_for, **facts)
        told = {"format": self.ending, "count": self.written, "sealed": self.originals}
        if self.originals:
            told["reason"] = self.reason
        record("submissions.exported", actor=self.asked_by, subject=self, **told)

    def expire(self, why=""):
        """Take the file back, and keep why if that is to be shown; whoever calls deletes it once this is committed."""
        return self.update_if_claimed(
            self.State.DONE, state=self.State.EXPIRED, expires_at=timezone.now(), problem=str(why)
        )

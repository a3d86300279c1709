"""Rebuilding the search index, as a job."""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from portal.audit import record
from portal.jobs.models import Job


class Rebuild(Job):
    """One rebuild of both indices, asked for on the status page or by the command."""

    HEARTBEAT_TIMEOUT = timedelta(minutes=15)  # The comparison before the swap reads every version without a heartbeat.
    PROGRESS_FIELDS = ("read", "total")

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    read = models.PositiveIntegerField(default=0)  # submissions
    total = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)

    class Meta(Job.Meta):
        default_permissions = ()
        permissions = [("rebuild_index", _("Can have the search index made anew"))]

    @classmethod
    def latest(cls):
        """Return the last finished one, or None."""
        return cls.objects.filter(state=cls.State.DONE).order_by("-finished_at").first()

    @classmethod
    def latest_failure(cls):
        """Return the last one if it failed, or None."""
        last = cls.objects.order_by("-id").first()
        return last if last and last.state == cls.State.FAILED else None

    @classmethod
    def current(cls):
        """Return the one that waits or runs, or None."""
        return cls.objects.unfinished().order_by("id").first()

    @classmethod
    @transaction.atomic
    def ask(cls, actor):
        """Return the rebuild that waits or runs; without one, put a new one into the queue."""
        rebuild = cls.current()
        if rebuild is None:
            rebuild = cls.objects.create(asked_by=actor)
            record("index.rebuild_asked", actor=actor, subject=rebuild)
        return rebuild

"""Results of comparisons between indices and database."""

from django.db import models
from django.utils import timezone


class Verification(models.Model):
    """The result of one comparison, or why it broke off; never changed."""

    finished_at = models.DateTimeField(default=timezone.now, db_index=True)
    seconds = models.FloatField()
    checked = models.PositiveIntegerField()  # submissions compared
    lag = models.PositiveIntegerField()  # changes that waited for the relay: no drift
    missing = models.PositiveIntegerField()
    extra = models.PositiveIntegerField()
    different = models.PositiveIntegerField()
    ok = models.BooleanField()
    problem = models.TextField(blank=True)  # why it broke off; nothing was counted then

    class Meta:
        default_permissions = ()

    def __str__(self):
        """Return its time."""
        return f"{self.finished_at:%Y-%m-%d %H:%M}"

    @property
    def drift(self):
        """Return the number of submissions on which index and database disagreed."""
        return self.missing + self.extra + self.different

    @classmethod
    def store(cls, report, seconds):
        """Store a DriftReport; ``seconds`` is the duration."""
        found = {name: len(getattr(report, name)) for name in ("missing", "extra", "different")}
        return cls.objects.create(
            seconds=seconds, checked=report.checked, lag=report.lag, ok=not any(found.values()), **found
        )

    @classmethod
    def store_failure(cls, problem, seconds):
        """Store that a comparison broke off, and why."""
        none = dict.fromkeys(("checked", "lag", "missing", "extra", "different"), 0)
        return cls.objects.create(seconds=seconds, ok=False, problem=problem, **none)

    @classmethod
    def latest(cls):
        """Return the last comparison, or None; one that broke off has a ``problem``."""
        return cls.objects.order_by("-finished_at", "-pk").first()

    @classmethod
    def latest_whole(cls):
        """Return the last comparison that did not break off, or None."""
        return cls.objects.filter(problem="").order_by("-finished_at", "-pk").first()

"""How comparisons of the index with the database ended."""

from django.db import models
from django.utils import timezone


class Verification(models.Model):
    """One comparison; never changed."""

    at = models.DateTimeField(default=timezone.now, db_index=True)  # when it ended
    seconds = models.FloatField()
    checked = models.PositiveIntegerField()  # submissions compared
    lag = models.PositiveIntegerField()  # changes that waited for the relay: no drift
    missing = models.PositiveIntegerField()
    extra = models.PositiveIntegerField()
    different = models.PositiveIntegerField()
    ok = models.BooleanField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        """Name it by its moment."""
        return f"{self.at:%Y-%m-%d %H:%M}"

    @property
    def drift(self):
        """Return on how many submissions index and database disagreed."""
        return self.missing + self.extra + self.different

    @classmethod
    def store(cls, report, seconds):
        """Store what a comparison found."""
        found = {name: len(getattr(report, name)) for name in ("missing", "extra", "different")}
        return cls.objects.create(
            seconds=seconds, checked=report.checked, lag=report.lag, ok=not any(found.values()), **found
        )

    @classmethod
    def latest(cls):
        """Return the last one, or None."""
        return cls.objects.order_by("-at").first()

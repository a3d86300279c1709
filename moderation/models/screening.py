"""What the rules saw in a text."""

from django.db import models
from django.utils import timezone

from consultations.models import Revision
from moderation.models.policy import PolicyVersion


class Action(models.TextChoices):
    """What a machine may do alone."""

    PUBLISH = "publish", "Publish"
    NOTE = "note", "Publish with a note"
    HOLD = "hold", "Hold for a person"


class Screening(models.Model):
    """One revision, screened under one version of the policy."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="screenings")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="screenings")
    action = models.CharField(max_length=10, choices=Action.choices)
    fingerprint = models.CharField(max_length=32, blank=True)  # the same for copies of a text
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["fingerprint"], name="screening_copies", condition=~models.Q(fingerprint="")),
            models.Index(fields=["-id"], name="screening_noted", condition=models.Q(action="note")),
        ]

    def __str__(self):
        """Name it by revision and result."""
        return f"{self.revision_id}: {self.action}"


class Finding(models.Model):
    """One passage that one rule saw."""

    screening = models.ForeignKey(Screening, on_delete=models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=80)
    clause = models.CharField(max_length=80)
    action = models.CharField(max_length=10, choices=Action.choices)
    field = models.CharField(max_length=10)  # title or text
    start = models.PositiveIntegerField()  # code points from the start of the field
    end = models.PositiveIntegerField()
    explanation = models.CharField(max_length=300)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        """Name it by rule and place."""
        return f"{self.rule} {self.start}–{self.end}"

"""What the rules saw in a text, and which texts are nearly the same."""

from django.db import models
from django.utils import timezone

from consultations.models import Revision
from moderation.models.policy import PolicyVersion


class Action(models.TextChoices):
    """What a machine may do alone; a rule in the shadow does nothing but leave its finding."""

    SHADOW = "shadow", "Seen in the shadow"
    PUBLISH = "publish", "Publish"
    NOTE = "note", "Publish with a note"
    HOLD = "hold", "Hold for a person"


class Campaign(models.Model):
    """One letter that several people sent, word for word or nearly so."""

    letter = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")  # the first that came in
    size = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        """Name it by its letter."""
        return f"campaign {self.letter_id}"


class Screening(models.Model):
    """One revision, screened under one version of the policy."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="screenings")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="screenings")
    action = models.CharField(max_length=10, choices=Action.choices)
    fingerprint = models.CharField(max_length=32, blank=True)  # the same for copies of a text
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.SET_NULL, related_name="screenings")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["fingerprint"], name="screening_copies", condition=~models.Q(fingerprint="")),
            models.Index(fields=["-id"], name="screening_noted", condition=models.Q(action="note")),
        ]

    def __str__(self):
        """Name it by revision and result."""
        return f"{self.revision_id}: {self.action}"


class Band(models.Model):
    """A part of a longer text's sketch: texts that share one may be nearly the same (`moderation.text.minhash`)."""

    screening = models.ForeignKey(Screening, on_delete=models.CASCADE, related_name="bands")
    value = models.BigIntegerField(db_index=True)

    def __str__(self):
        """Name it by its value."""
        return f"{self.screening_id}: {self.value}"


class Finding(models.Model):
    """One passage that one rule saw."""

    screening = models.ForeignKey(Screening, on_delete=models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=80)
    clause = models.CharField(max_length=80)
    detector = models.CharField(max_length=40, blank=True)
    action = models.CharField(max_length=10, choices=Action.choices)
    field = models.CharField(max_length=10)  # title, text or name
    start = models.PositiveIntegerField()  # code points from the start of the field
    end = models.PositiveIntegerField()
    explanation = models.CharField(max_length=300)  # for the author
    advice = models.CharField(max_length=300, blank=True)  # for staff, where it is another sentence

    class Meta:
        ordering = ["id"]

    def __str__(self):
        """Name it by rule and place."""
        return f"{self.rule} {self.start}–{self.end}"

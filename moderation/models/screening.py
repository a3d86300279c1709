"""Screenings and findings of the rules, and campaigns of nearly identical texts."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from consultations.models import Revision
from moderation.models.policy import PolicyVersion


class Action(models.TextChoices):
    """What a rule does on its own. A rule in shadow mode only stores its finding."""

    SHADOW = "shadow", "Seen in the shadow"
    PUBLISH = "publish", "Publish"
    NOTE = "note", "Publish with a note"
    HOLD = "hold", "Hold for a person"


class Campaign(models.Model):
    """A group of submissions with identical or nearly identical text."""

    letter = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")  # the text that was received first
    size = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"campaign {self.letter_id}"


class Screening(models.Model):
    """The result of applying the rules of one policy version to one revision."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="screenings")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="screenings")
    action = models.CharField(max_length=10, choices=Action.choices)
    fingerprint = models.CharField(max_length=32, blank=True)  # equal for copies of a text
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.SET_NULL, related_name="screenings")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["fingerprint"], name="screening_copies", condition=~models.Q(fingerprint="")),
            models.Index(fields=["-id"], name="screening_noted", condition=models.Q(action="note")),
        ]

    def __str__(self):
        return f"{self.revision_id}: {self.action}"


class SeenNote(models.Model):
    """A moderator has looked at a text that a rule let pass with a note, and it may stand."""

    screening = models.OneToOneField(Screening, on_delete=models.CASCADE, related_name="seen")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"{self.actor_id} saw {self.screening_id}"


class Band(models.Model):
    """One MinHash band of a longer text; texts with a common band may be nearly identical (`text.minhash`)."""

    screening = models.ForeignKey(Screening, on_delete=models.CASCADE, related_name="bands")
    value = models.BigIntegerField(db_index=True)

    def __str__(self):
        return f"{self.screening_id}: {self.value}"


class Finding(models.Model):
    """A passage that a rule found."""

    screening = models.ForeignKey(Screening, on_delete=models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=80)
    clause = models.CharField(max_length=80)
    detector = models.CharField(max_length=40, blank=True)
    action = models.CharField(max_length=10, choices=Action.choices)
    field = models.CharField(max_length=10)  # title, text or name
    start = models.PositiveIntegerField()  # offsets in code points, within the field
    end = models.PositiveIntegerField()
    explanation = models.CharField(max_length=300)  # explanation for the author
    advice = models.CharField(max_length=300, blank=True)  # explanation for staff, if it differs

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.rule} {self.start}–{self.end}"

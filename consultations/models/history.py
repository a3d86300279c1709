"""What a submission said, text after text, and what happened to it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models.choices import Status


class Revision(models.Model):
    """One text of a submission; never changed, and never deleted but by erasure on request."""

    class Origin(models.TextChoices):
        """Who made the text what it is."""

        AUTHOR = "author", _("Author")
        REDACTION = "redaction", _("Redaction by a moderator")

    submission = models.ForeignKey("Submission", on_delete=models.PROTECT, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.AUTHOR)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="revision_number")]

    def __str__(self):
        """Name it by submission and number."""
        return f"{self.submission_id} r{self.number}"


class Event(models.Model):
    """What happened to a submission, in order."""

    submission = models.ForeignKey("Submission", on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=10, choices=Status.choices)
    revision = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    detail = models.CharField(max_length=300, blank=True)
    tell_author = models.BooleanField(default=False)  # a letter to the author is owed; `notices` clears it

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], name="event_letters", condition=Q(tell_author=True))]

    def __str__(self):
        """Name it by what it left behind."""
        return f"{self.submission_id} {self.status}"

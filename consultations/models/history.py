"""Revisions: the successive texts of a submission."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Revision(models.Model):
    """One text of a submission; immutable, and deleted only by an erasure on request."""

    class Origin(models.TextChoices):
        """Who wrote the text: the author, or a moderator by a redaction."""

        AUTHOR = "author", _("Author")
        REDACTION = "redaction", _("Redaction by a moderator")

    submission = models.ForeignKey("Submission", on_delete=models.PROTECT, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.AUTHOR)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="revision_number")]

    def __str__(self):
        return f"{self.submission_id} r{self.number}"

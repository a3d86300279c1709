"""What one officer has read and flagged."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from consultations.models import Submission


class Reading(models.Model):
    """One officer's own marks on one submission."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="readings")
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="readings")
    read_at = models.DateTimeField(null=True)
    flagged = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "submission"], name="reading_once")]

    def __str__(self):
        """Name it by who and what."""
        return f"{self.user_id}: {self.submission_id}"

    @classmethod
    def mark(cls, user, submission, mark):
        """Set or take away one mark: read, unread, flag or unflag."""
        changes = {
            "read": {"read_at": timezone.now()},
            "unread": {"read_at": None},
            "flag": {"flagged": True},
            "unflag": {"flagged": False},
        }
        cls.objects.update_or_create(user=user, submission=submission, defaults=changes[mark])

"""Documents that an index refused."""

from datetime import timedelta

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from consultations.models import Submission

FIRST_RETRY_DELAY, MAX_RETRY_DELAY = timedelta(seconds=30), timedelta(hours=1)


class PoisonDocumentQuerySet(models.QuerySet):
    """Named selections of poison documents."""

    def waiting_for_retry(self):
        """Select those whose next try is in the future."""
        return self.filter(next_try_at__gt=timezone.now())


class PoisonDocument(models.Model):
    """One version of a submission that an index refused, with the reason; retried with exponential backoff.

    Deleted when the index takes that version or a later one. Until then the submission lags, so nothing is lost.
    """

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="poison", primary_key=True)
    version = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    attempts = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField()

    objects = PoisonDocumentQuerySet.as_manager()

    def __str__(self):
        """Return submission id and version."""
        return f"{self.submission_id} v{self.version}"

    @classmethod
    def record_refusal(cls, id_, version, reason):
        """Record a refusal and schedule the next try; a new version starts with the first delay."""
        before = cls.objects.filter(pk=id_, version=version).first()
        attempts = before.attempts + 1 if before else 1
        pause = min(FIRST_RETRY_DELAY * 2 ** min(attempts - 1, 10), MAX_RETRY_DELAY)
        cls.objects.update_or_create(
            pk=id_,
            defaults={
                "version": version,
                "reason": reason[:300],
                "attempts": attempts,
                "first_at": before.first_at if before else timezone.now(),
                "next_try_at": timezone.now() + pause,
            },
        )

    @classmethod
    def forget(cls, event):
        """Delete what an index said of an erased text: its refusal may quote the text."""
        cls.objects.filter(pk=event.submission_id).delete()

    @classmethod
    def without_waiting(cls, submissions):
        """Exclude the rows whose current version waits for its next try."""
        resting = cls.objects.waiting_for_retry().filter(submission=OuterRef("pk"), version=OuterRef("version"))
        return submissions.filter(~Exists(resting))

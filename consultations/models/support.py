"""Support: one person's vote for a submission."""

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone

from consultations.models.submission import Submission


class Support(models.Model):
    """One person's support of one submission; at most one row for each pair."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="supports", db_index=False)
    supporter_key = models.CharField(max_length=32)  # keyed hash of the account or of the browser's cookie
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "supporter_key"], name="support_once")]

    def __str__(self):
        return f"support of {self.submission_id}"

    @classmethod
    @transaction.atomic
    def give(cls, submission, supporter_key):
        """Add a person's support; does nothing if the person supports the submission already."""
        try:
            with transaction.atomic():
                cls.objects.create(submission=submission, supporter_key=supporter_key)
        except IntegrityError:
            return
        cls.count(submission, 1)

    @classmethod
    @transaction.atomic
    def take_back(cls, submission, supporter_key):
        """Remove a person's support; does nothing if there is none."""
        taken_back, _rows = cls.objects.filter(submission=submission, supporter_key=supporter_key).delete()
        if taken_back:
            cls.count(submission, -1)

    @staticmethod
    def count(submission, step):
        """Update the submission's count of supports."""
        Submission.objects.filter(pk=submission.pk).update(support_count=F("support_count") + step)

"""Support: one person's thumb under a submission."""

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone

from consultations.models.submission import Submission


class Support(models.Model):
    """One person supports one submission, once."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="supports", db_index=False)
    supporter_key = models.CharField(max_length=32)  # a keyed hash of the account or of the browser's cookie
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "supporter_key"], name="support_once")]

    def __str__(self):
        """Name it by what is supported."""
        return f"support of {self.submission_id}"

    @classmethod
    def toggle(cls, submission, supporter_key):
        """Support the submission, or take the support back; return whether it is supported now."""
        with transaction.atomic():
            taken_back, _rows = cls.objects.filter(submission=submission, supporter_key=supporter_key).delete()
            if not taken_back and not cls.add(submission, supporter_key):
                return True
            step = -1 if taken_back else 1
            Submission.objects.filter(pk=submission.pk).update(support_count=F("support_count") + step)
        return not taken_back

    @classmethod
    def add(cls, submission, supporter_key):
        """Store one support; return whether it is new (a double tap is not)."""
        try:
            with transaction.atomic():
                cls.objects.create(submission=submission, supporter_key=supporter_key)
        except IntegrityError:
            return False
        return True

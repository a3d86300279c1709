"""How far the authors of a consultation have been told of its outcome."""

from django.db import models
from django.utils import timezone


class OutcomeTelling(models.Model):
    """One publication of an outcome: up to which text its authors were told."""

    consultation = models.OneToOneField("ConsultationPage", on_delete=models.CASCADE, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    last_text = models.BigIntegerField(default=0)  # the id of a submission
    is_done = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["id"], name="outcome_to_tell", condition=models.Q(is_done=False))]

    def __str__(self):
        return f"outcome of {self.consultation_id}, up to {self.last_text}"

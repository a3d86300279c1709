"""Forms that were taken in, so that the same form sent again leads to its first receipt."""

from datetime import timedelta

from django.apps import apps
from django.db import IntegrityError, models
from django.utils import timezone

from consultations.models.choices import Status

SENT_FORMS_KEPT_FOR = timedelta(days=1)


class FormTaken(Exception):
    """The same form was taken in already."""


class SentForm(models.Model):
    """One form that was taken in; `key` is the same when the same browser sends the same words to the same place."""

    key = models.CharField(max_length=64, unique=True)  # a keyed hash
    visitor_key = models.CharField(max_length=32)  # of the browser or account that sent it
    model = models.CharField(max_length=60)  # of what came of it
    reference = models.CharField(max_length=9)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["reference"], name="sent_form_reference")]

    def __str__(self):
        return f"{self.model} {self.reference}"

    @property
    def outcome(self):
        """Return what came of it, or None when that is gone or withdrawn."""
        found = apps.get_model(self.model).objects.filter(reference=self.reference).first()
        is_withdrawn = getattr(found, "withdrawn_at", None) or getattr(found, "status", "") == Status.WITHDRAWN
        return None if is_withdrawn else found

    @classmethod
    def note(cls, outcome, *, key, visitor_key):
        """Note what came of a form, in the transaction that takes it in; raise FormTaken for the second of two.

        The unique key makes the second of two transactions wait for the first.
        """
        fields = {"visitor_key": visitor_key, "model": outcome._meta.label, "reference": outcome.reference}
        try:
            cls.objects.create(key=key, **fields)
        except IntegrityError as error:
            raise FormTaken(key) from error

    @classmethod
    def forget(cls, outcome):
        """Delete what ties a browser to something whose author is to be forgotten."""
        cls.objects.filter(reference=outcome.reference).delete()

    @classmethod
    def clear_away(cls):
        """Delete the rows that are too old to be asked for."""
        cls.objects.filter(at__lt=timezone.now() - SENT_FORMS_KEPT_FOR).delete()

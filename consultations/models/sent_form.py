"""Sent forms: a form that a browser sends twice leads to the first receipt."""

from datetime import timedelta

from django.apps import apps
from django.db import IntegrityError, models
from django.utils import timezone

from consultations.models.choices import Status
from portal.row_insert import insert_rows

SENT_FORMS_KEPT_FOR = timedelta(days=1)


class NotStored(Exception):
    """What belongs to a form refuses that it is stored; the transaction is rolled back."""


class FormTaken(NotStored):
    """The same form was stored before."""


class SentForm(models.Model):
    """A form that was stored; `key` is equal when the same browser sends the same words to the same place."""

    key = models.CharField(max_length=64, unique=True)  # keyed hash
    visitor_key = models.CharField(max_length=32)  # of the browser or account; '' until a new browser opens the receipt
    model = models.CharField(max_length=60)  # the model of the stored object
    reference = models.CharField(max_length=9)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["reference"], name="sent_form_reference")]

    def __str__(self):
        return f"{self.model} {self.reference}"

    @property
    def outcome(self):
        """Return the submission, response or report that the form became; None once it is deleted or withdrawn."""
        found = apps.get_model(self.model).objects.filter(reference=self.reference).first()
        is_withdrawn = getattr(found, "withdrawn_at", None) or getattr(found, "status", "") == Status.WITHDRAWN
        return None if is_withdrawn else found

    @classmethod
    def note(cls, outcome, *, key, visitor_key):
        """Insert the row in the transaction that stores the form; raise FormTaken for the second of two.

        The unique key makes the second transaction wait for the first.
        """
        fields = {"visitor_key": visitor_key, "model": outcome._meta.label, "reference": outcome.reference}
        try:
            insert_rows([cls(key=key, **fields)])
        except IntegrityError as error:
            raise FormTaken(key) from error

    @classmethod
    def note_opened(cls, outcome, *, visitor_key):
        """Record the visitor who opens the receipt of a new browser's form first."""
        unopened = cls.objects.filter(model=outcome._meta.label, reference=outcome.reference, visitor_key="")
        if unopened.exists():  # opening a receipt again writes nothing
            unopened.update(visitor_key=visitor_key)

    @classmethod
    def forget(cls, outcome):
        """Delete the rows that link a browser to an object whose author is erased."""
        cls.objects.filter(reference=outcome.reference).delete()

    @classmethod
    def clear_away(cls):
        """Delete the rows that are older than a repeated form can be."""
        cls.objects.filter(created_at__lt=timezone.now() - SENT_FORMS_KEPT_FOR).delete()

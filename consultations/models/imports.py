"""Importing submissions that were collected elsewhere, as a job."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from consultations.models.pages import ConsultationPage
from portal.jobs.models import Job, JobQuerySet

IMPORT_KEPT_FOR = timedelta(days=30)  # its errors quote what people wrote


class SubmissionImportQuerySet(JobQuerySet):
    """Named selections of imports."""

    def outdated(self):
        """Select those that ended so long ago that their result is deleted."""
        return self.filter(finished_at__lt=timezone.now() - IMPORT_KEPT_FOR)


class SubmissionImport(Job):
    """One file of submissions, how it is read, and what came of it.

    ``mapping`` has the form of a mapping file, ``result`` counts what came of the rows. All rows are looked at before
    the first is taken in, and ``errors`` is a list of [row, message]. What was taken in is committed with ``done`` and
    ``result``, so the next worker goes on where a killed one stopped.
    """

    consultation = models.ForeignKey(ConsultationPage, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()  # emptied when the import is over: it holds names and addresses
    mapping = models.JSONField()
    dry_run = models.BooleanField(default=False)
    publish = models.BooleanField(default=False)  # the authors gave their texts to be published
    skip_errors = models.BooleanField(default=False)  # take the other rows in; otherwise nothing is stored
    apply_verdicts = models.BooleanField(default=False)  # decide as the source had decided
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    done = models.PositiveIntegerField(default=0)  # rows
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    errors = models.JSONField(default=list)

    objects = SubmissionImportQuerySet.as_manager()

    class Meta(Job.Meta):
        default_permissions = ()

    @classmethod
    def reset_fields(cls):
        """Return the columns of an import that waits again; the rows that were taken in stay counted."""
        return {name: value for name, value in super().reset_fields().items() if name not in cls.PROGRESS_FIELDS}

    @classmethod
    def end_fields(cls, state):
        """Return the columns of an import that ends; its file is not kept."""
        return super().end_fields(state) | {"content": b""}

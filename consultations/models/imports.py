"""Importing submissions that were collected elsewhere, as a job."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from consultations.models.pages import ConsultationPage
from portal.jobs.models import Job, JobQuerySet

IMPORT_KEPT_FOR = timedelta(days=30)  # errors quote submissions, so finished imports are deleted


class SubmissionImportQuerySet(JobQuerySet):
    """Named selections of imports."""

    def outdated(self):
        """Select the imports that ended more than a month ago."""
        return self.filter(finished_at__lt=timezone.now() - IMPORT_KEPT_FOR)


class SubmissionImport(Job):
    """A job that imports one file of submissions.

    ``mapping`` has the form of a mapping file, ``result`` counts the results, ``errors`` is a list of [row, message].
    The job checks all rows before it stores the first. Each transaction stores rows together with ``done`` and
    ``result``, so that another worker continues where a killed one stopped.
    """

    consultation = models.ForeignKey(ConsultationPage, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()  # emptied at the end, because the file holds names and addresses
    mapping = models.JSONField()
    dry_run = models.BooleanField(default=False)
    publish = models.BooleanField(default=False)  # whether the authors agreed to publication
    skip_errors = models.BooleanField(default=False)  # import the valid rows; otherwise an error stops the whole import
    apply_verdicts = models.BooleanField(default=False)  # apply the source's decisions
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    done = models.PositiveIntegerField(default=0)  # number of rows
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    errors = models.JSONField(default=list)

    objects = SubmissionImportQuerySet.as_manager()

    class Meta(Job.Meta):
        default_permissions = ()

    @classmethod
    def reset_fields(cls):
        """Return the columns of an import that is requeued; imported rows stay counted."""
        return {name: value for name, value in super().reset_fields().items() if name not in cls.PROGRESS_FIELDS}

    @classmethod
    def end_fields(cls, state):
        """Return the columns of an import that ends, without its file."""
        return super().end_fields(state) | {"content": b""}

"""Named selections of submissions."""

from django.db import models
from django.db.models import F, Q

from consultations.models.choices import Status


class SubmissionQuerySet(models.QuerySet):
    """Named selections of submissions."""

    def public(self):
        """Select the submissions that are public."""
        return self.filter(status=Status.PUBLISHED)

    def in_thread(self):
        """Select what a thread shows: public texts, and tombstones of removed texts with replies."""
        gone = Q(status__in=[Status.HELD, Status.REFUSED, Status.WITHDRAWN], reply_count__gt=0)
        return self.filter(Q(status=Status.PUBLISHED) | gone)

    def with_text(self):
        """Load the cleared text with each row."""
        return self.select_related("cleared")

    def lagging(self):
        """Select the submissions whose latest change is not in the search index yet, oldest change first."""
        return self.filter(version__gt=F("indexed_version"))

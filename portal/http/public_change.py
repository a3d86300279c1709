"""Changes of public pages that no other numbered row records."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from portal.http import freshness
from portal.model_changes import on_change

CHANGES_KEPT_FOR = timedelta(days=1)


class PublicChange(models.Model):
    """Records that content of public pages was changed, added or deleted; the row has no other data.

    A change of a status or a text has an Event instead.
    """

    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"change {self.pk}"

    @classmethod
    def note(cls, *, raw=False, **_signal):
        """Insert a row in the transaction of the change, and make this process query its sources again."""
        if raw:  # loaddata: related rows may be missing still
            return
        cls.objects.create()
        freshness.note_change()

    @classmethod
    def watch(cls, *watched):
        """Insert a row whenever a row of one of these models is saved or deleted."""
        on_change(cls.note, *watched)

    @classmethod
    def clear_away(cls):
        """Delete the rows that are no part of the state any more."""
        newest = cls.objects.order_by("-pk").values_list("pk", flat=True)[: freshness.NEWEST_ROWS]
        cls.objects.filter(created_at__lt=timezone.now() - CHANGES_KEPT_FOR, pk__lt=min(newest, default=0)).delete()


@freshness.source
def newest_changes():
    """Return the ids of the newest changes."""
    return list(PublicChange.objects.order_by("-pk").values_list("pk", flat=True)[: freshness.NEWEST_ROWS])

"""Changes of what the public pages show that leave no other numbered row."""

from datetime import timedelta

from django.db import models
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from portal.http import freshness

CHANGES_KEPT_FOR = timedelta(days=1)


class PublicChange(models.Model):
    """Something that a public page shows was changed, added or deleted; the row says only that.

    A change of a status or of a text leaves an Event, so it needs none of these.
    """

    at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"change {self.pk}"

    @classmethod
    def note(cls, *, raw=False, **_signal):
        """Note a change, in the transaction that makes it; this process looks again at once."""
        if raw:  # a row of a dump, among others that are not there yet
            return
        cls.objects.create()
        freshness.note_change()

    @classmethod
    def watch(cls, *watched):
        """Note a change whenever a row of one of these models is stored or deleted."""
        for model in watched:
            for signal in (post_save, post_delete):
                signal.connect(cls.note, sender=model, dispatch_uid=f"portal.public_change.{model._meta.label}")

    @classmethod
    def clear_away(cls):
        """Delete the rows that no state is made of any more."""
        newest = cls.objects.order_by("-pk").values_list("pk", flat=True)[: freshness.NEWEST_ROWS]
        cls.objects.filter(at__lt=timezone.now() - CHANGES_KEPT_FOR, pk__lt=min(newest, default=0)).delete()


@freshness.source
def newest_changes():
    """Return the numbers of the newest changes."""
    return list(PublicChange.objects.order_by("-pk").values_list("pk", flat=True)[: freshness.NEWEST_ROWS])

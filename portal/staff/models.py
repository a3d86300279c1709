"""When somebody last looked at the first page of the staff area."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

SITTING_BREAK = timedelta(hours=1)  # after a longer one, what came meanwhile is news
NOTED_EVERY = timedelta(minutes=1)  # a page that is reloaded writes no more often
FIRST_LOOK_BACK = timedelta(days=7)  # what is news to somebody who was never here


class HomeVisit(models.Model):
    """One person's visits of the first page: the last one, and the last one of the sitting before.

    Showing the page writes this row: the one GET of the staff area that does, for a sign-in alone would not tell when
    somebody who works for hours has seen what.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)
    before_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"seen {self.seen_at:%Y-%m-%d %H:%M}"

    @classmethod
    def note(cls, user):
        """Note a visit; return the last moment of the sitting before."""
        now = timezone.now()
        visit, _created = cls.objects.get_or_create(user=user, defaults={"seen_at": now})
        pause = now - visit.seen_at
        if pause > SITTING_BREAK:
            visit.before_at = visit.seen_at
        if pause > NOTED_EVERY:
            visit.seen_at = now
            visit.save()
        return visit.before_at or now - FIRST_LOOK_BACK

"""Saved searches."""

import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone


def new_link_key():
    """Return a random key for the link of a saved search."""
    return secrets.token_urlsafe(12)


class SavedSearch(models.Model):
    """A named query. Anybody with the link may run it, each within their own scope."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    key = models.CharField(max_length=16, unique=True, default=new_link_key, editable=False)
    name = models.CharField(max_length=100)
    asked = models.TextField(blank=True)  # the desk's query string
    alert = models.BooleanField(default=False)
    last_seen = models.PositiveBigIntegerField(default=0)  # the last event that an alert has looked at
    alerted_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self):
        """Return its name."""
        return self.name

    def get_absolute_url(self):
        """Return the link to share."""
        return reverse("desk_saved", args=[self.key])

    @property
    def desk_url(self):
        """Return the desk's address with this query."""
        return f"{reverse('desk')}?{self.asked}"

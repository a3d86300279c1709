"""The table of accounts whose owners were told that nobody signs in with them."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class UnusedAccount(models.Model):
    """That the owner of an account was told that it will be closed: 30 days before, and again 7 days before."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+")
    warned_at = models.DateTimeField(default=timezone.now)
    warned_again_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"account {self.user_id}, warned {self.warned_at:%Y-%m-%d}"

"""A key for an officer's own tool."""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.audit import record

TOKEN_PREFIX = "parley_"  # noqa: S105  so that scanners for leaked keys know one when they see it
MAX_TOKEN_LIFETIME = timedelta(days=365)
USED_AT_PRECISION = timedelta(minutes=1)  # how exact "last used" is: reading does not write each time


class ApiTokenQuerySet(models.QuerySet):
    """Named selections of tokens."""

    def valid(self):
        """Select those that still open something."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now(), owner__is_active=True)


class ApiToken(models.Model):
    """A token lets a program find what its owner may find at that moment, and nothing more.

    Only a hash of it is kept. It is random and long, so a plain SHA-256 does: there is nothing to guess.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desk_tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        """Name it by its name."""
        return self.name

    @property
    def is_void(self):
        """Return whether it opens nothing any more."""
        return bool(self.revoked_at) or self.expires_at <= timezone.now()

    @classmethod
    def issue(cls, owner, name, days):
        """Make a token; return it with its words, which are nowhere kept."""
        words = TOKEN_PREFIX + secrets.token_urlsafe(32)
        lasts = min(timedelta(days=days), MAX_TOKEN_LIFETIME)
        with transaction.atomic():
            token = cls.objects.create(
                owner=owner, name=name, digest=token_digest(words), expires_at=timezone.now() + lasts
            )
            record("api_token.made", by=owner, subject=token, days=lasts.days)
        return token, words

    @classmethod
    def find_valid(cls, words):
        """Return the valid token with these words, noting that it was used; None for any other."""
        token = cls.objects.valid().select_related("owner").filter(digest=token_digest(words)).first()
        if token:
            token.record_use()
        return token

    def record_use(self):
        """Note that it was used, once a minute at most."""
        now = timezone.now()
        if self.used_at is None or now - self.used_at > USED_AT_PRECISION:
            self.used_at = now
            type(self).objects.filter(pk=self.pk).update(used_at=now)

    @transaction.atomic
    def revoke(self, by):
        """Make it void for ever; once."""
        if type(self).objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now()):
            record("api_token.revoked", by=by, subject=self)


def token_digest(words):
    """Return the hash of a token's words."""
    return sha256(words.encode("utf-8", "surrogatepass")).hexdigest()

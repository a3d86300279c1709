"""API tokens of officers' own tools."""

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
        """Select tokens that are neither revoked nor expired, of active owners."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now(), owner__is_active=True)


class ApiToken(models.Model):
    """Lets a program find what its owner may find at the time of the request.

    Only a hash is stored. The secret has 256 random bits, so plain SHA-256 is enough: it cannot be guessed.
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
        """Return its name."""
        return self.name

    @property
    def is_void(self):
        """Return whether the token is revoked or expired."""
        return bool(self.revoked_at) or self.expires_at <= timezone.now()

    @classmethod
    def issue(cls, owner, name, days):
        """Create a token for ``days``, at most a year; return (token, secret). The secret is stored nowhere."""
        words = TOKEN_PREFIX + secrets.token_urlsafe(32)
        lasts = min(timedelta(days=days), MAX_TOKEN_LIFETIME)
        with transaction.atomic():
            token = cls.objects.create(
                owner=owner, name=name, digest=token_digest(words), expires_at=timezone.now() + lasts
            )
            record("api_token.made", actor=owner, subject=token, days=lasts.days)
        return token, words

    @classmethod
    def find_valid(cls, words):
        """Return the valid token with this secret and record its use; None otherwise."""
        token = cls.objects.valid().select_related("owner").filter(digest=token_digest(words)).first()
        if token:
            token.record_use()
        return token

    def record_use(self):
        """Store the time of use, at most once per ``USED_AT_PRECISION``."""
        now = timezone.now()
        if self.used_at is None or now - self.used_at > USED_AT_PRECISION:
            self.used_at = now
            type(self).objects.filter(pk=self.pk).update(used_at=now)

    @transaction.atomic
    def revoke(self, actor):
        """Revoke the token for good; a second call does nothing."""
        if type(self).objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now()):
            record("api_token.revoked", actor=actor, subject=self)


def revoke_all(tokens, actor):
    """Revoke tokens one by one, each with its entry in the ledger."""
    for token in tokens:
        token.revoke(actor)


def token_digest(words):
    """Return the stored hash of a secret."""
    return sha256(words.encode("utf-8", "surrogatepass")).hexdigest()

"""What every wish for an erasure has: why, who asked, who answered, and that two people have a hand in it."""

from typing import Any, ClassVar, Generic, TypeVar

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

ERASE = "consultations.erase_submission"
REASON_LETTERS = 200
WishType = TypeVar("WishType", bound="ErasureWish")


class ErasureUnchanged(Exception):
    """The erasure cannot be asked for, approved or refused (any more); the message is the reason."""


class ErasureWishQuerySet(models.QuerySet[WishType], Generic[WishType]):
    """Named selections of erasures."""

    def waiting(self):
        """Select the requests that nobody has answered."""
        return self.filter(erased_at=None, refused_at=None)


class ErasureWish(models.Model):
    """One wish to erase something for ever: asked for by one person, approved or refused by another.

    In an emergency one person erases alone; the row and the ledger say so, and the others are told. The row is never
    deleted: its reason says why something is gone, and holds nothing personal.
    """

    reason = models.CharField(max_length=REASON_LETTERS)
    is_emergency = models.BooleanField(default=False)  # erased by one person alone
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    erased_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    refused_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ErasureWishQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["-id"]
        default_permissions = ()

    def refuse_own_approval(self, actor):
        """Raise ErasureUnchanged for the person who asked."""
        if self.asked_by_id == actor.pk:
            raise ErasureUnchanged(_("You have asked for this yourself, so somebody else has to approve it."))

    def refuse_unless_waiting(self):
        """Lock the row and raise ErasureUnchanged when somebody has answered it."""
        if not type(self).objects.waiting().select_for_update().filter(pk=self.pk).exists():
            raise ErasureUnchanged(_("Somebody has answered this already."))


def people_who_erase():
    """Return the people who may ask for and approve an erasure."""
    return list(ModelBackend().with_perm(ERASE, is_active=True))

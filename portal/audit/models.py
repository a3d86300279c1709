"""The audit ledger: what was done, in one chain. `portal.audit` writes it and checks it."""

from datetime import datetime, time, timedelta
from typing import Any, NoReturn

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def digest_field(verbose_name: Any = None, *, blank: bool = False) -> Any:
    """Return a field for a digest or a seal, in hexadecimal."""
    return models.CharField(verbose_name, max_length=64, editable=False, blank=blank)


def refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
    """Refuse to change what was written."""
    raise TypeError("The audit ledger is only ever added to.")


refuse.__dict__["alters_data"] = True  # No template calls it.


class AppendOnlyQuerySet(models.QuerySet):
    """Rows that are written once, each by its own save()."""

    update = bulk_update = bulk_create = update_or_create = delete = refuse


class AppendOnly(models.Model):
    """A row that is written once; its manager is made of an AppendOnlyQuerySet."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Store a new row; refuse to change one."""
        if not self._state.adding:
            refuse()
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *args, **kwargs):
        """Refuse."""
        refuse()


class AuditEntryQuerySet(AppendOnlyQuerySet):
    """Named selections of entries."""

    def about(self, subject):
        """Select what was done to one thing: an object, or "label:id"."""
        from portal.audit.facts import split_subject  # the ledger reads this file

        subject_type, subject_id = split_subject(subject)
        return self.filter(subject_type=subject_type, subject_id=subject_id)

    def by(self, user):
        """Select what one person did."""
        return self.filter(by=user.pk)

    def on(self, day):
        """Select what was done on one day of the agency's."""
        return self.filter(at__gte=start_of(day), at__lt=start_of(day + timedelta(days=1)))

    def until(self, day):
        """Select what was done up to the end of that day."""
        return self.filter(at__lt=start_of(day + timedelta(days=1)))


class AuditEntry(AppendOnly):
    """One thing that was done: by whom, to what, and the facts; chained to the entry before it.

    People and subjects are numbers, not foreign keys: an entry outlives what it is about, and an erased account must
    not break the chain.
    """

    number = models.IntegerField(primary_key=True)  # 1, 2, 3 … without a gap
    at = models.DateTimeField(_("when"))
    action = models.CharField(_("what was done"), max_length=60)
    by = models.BigIntegerField(null=True)  # a user's id; empty: the site itself
    subject_type = models.CharField(max_length=100, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)
    previous = digest_field(blank=True)  # the digest of the entry before; the first has none
    digest = digest_field()

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        default_permissions = ()
        permissions = [("read_audit", "Can read the audit ledger")]
        indexes = [
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["action", "number"], name="audit_action"),
            models.Index(fields=["by", "number"], name="audit_by"),
            models.Index(fields=["subject_type", "subject_id", "number"], name="audit_subject"),
        ]

    def __str__(self):
        """Name it by number and action."""
        return f"{self.number} {self.action}"

    @property
    def subject(self):
        """Return what it is about as "label:id", or nothing."""
        return f"{self.subject_type}:{self.subject_id}" if self.subject_type else ""


class AuditHead(models.Model):
    """Where the chain ends. Writers queue at this row, and entries that are cut off at the end are missed by it."""

    number = models.IntegerField()
    digest = digest_field(blank=True)
    seal = digest_field(blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        """Name it by its number."""
        return f"head at {self.number}"


class AuditRootQuerySet(AppendOnlyQuerySet):
    """Named selections of roots."""

    def published(self):
        """Select the roots, latest day first, to be shown to everybody."""
        return self.order_by("-day")


class AuditRoot(AppendOnly):
    """Where the chain ended on one day: kept elsewhere as well, it proves everything up to that day."""

    day = models.DateField(_("day"), unique=True)  # in the agency's time zone
    number = models.IntegerField(_("last entry"))
    digest = digest_field(_("digest of the last entry"))
    published_at = models.DateTimeField(_("published"))
    seal = digest_field()  # over the root before it too, so that none can be taken out

    objects = AuditRootQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit root")
        default_permissions = ()

    def __str__(self):
        """Name it by its day."""
        return f"root of {self.day:%Y-%m-%d}"


def start_of(day):
    """Return the moment when a day begins for the agency."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())

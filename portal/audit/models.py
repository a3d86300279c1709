"""Tables of the audit ledger."""

from datetime import datetime, time, timedelta
from typing import Any, NoReturn

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def digest_field(verbose_name: Any = None, *, blank: bool = False) -> Any:
    """Return a field for a digest or a seal, in hexadecimal."""
    return models.CharField(verbose_name, max_length=64, editable=False, blank=blank)


def refuse_change(*_args: Any, **_kwargs: Any) -> NoReturn:
    """Raise TypeError: rows of the ledger never change."""
    raise TypeError("The audit ledger is only ever added to.")


refuse_change.__dict__["alters_data"] = True  # No template calls it.


class AppendOnlyQuerySet(models.QuerySet):
    """A QuerySet that refuses bulk writes, updates and deletions."""

    update = bulk_update = bulk_create = update_or_create = delete = refuse_change


class AppendOnly(models.Model):
    """A row that can be inserted, but not changed or deleted; its manager comes from an AppendOnlyQuerySet."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Insert a new row; refuse_change to change a stored one."""
        if not self._state.adding:
            refuse_change()
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *args, **kwargs):
        """Refuse the deletion."""
        refuse_change()


class AuditEntryQuerySet(AppendOnlyQuerySet):
    """Named selections of entries."""

    def about(self, subject):
        """Select the entries about an object, or about "label:id"."""
        from portal.audit.facts import split_subject  # the ledger reads this file

        subject_type, subject_id = split_subject(subject)
        return self.filter(subject_type=subject_type, subject_id=subject_id)

    def by(self, user):
        """Select the actions of a person."""
        return self.filter(by=user.pk)

    def on(self, day):
        """Select the entries of one day in the agency's time zone."""
        return self.filter(at__gte=start_of_day(day), at__lt=start_of_day(day + timedelta(days=1)))

    def since(self, day):
        """Select the entries from the beginning of a day on."""
        return self.filter(at__gte=start_of_day(day))

    def until(self, day):
        """Select the entries up to the end of a day."""
        return self.filter(at__lt=start_of_day(day + timedelta(days=1)))


class AuditEntry(AppendOnly):
    """One action: who, on what, with which facts; chained to the previous entry by its digest.

    Persons and subjects are plain numbers, not foreign keys: an entry outlives its subject, and erasing an account must
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
        return f"{self.number} {self.action}"

    @property
    def subject(self):
        """Return the subject as "label:id", or ''."""
        return f"{self.subject_type}:{self.subject_id}" if self.subject_type else ""


class AuditHead(models.Model):
    """The end of the chain. Writers lock this row; entries cut off at the end show by its number."""

    number = models.IntegerField()
    digest = digest_field(blank=True)
    seal = digest_field(blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"head at {self.number}"


class AuditRootQuerySet(AppendOnlyQuerySet):
    """Named selections of roots."""

    def published(self):
        """Select the roots, latest day first."""
        return self.order_by("-day")


class AuditRoot(AppendOnly):
    """The end of the chain on one day; a copy kept elsewhere proves all entries up to that day."""

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
        return f"root of {self.day:%Y-%m-%d}"


def start_of_day(day):
    """Return the start of a day in the agency's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())

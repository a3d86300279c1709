"""How long personal data is kept, for all consultations and for single ones, and each time that some was deleted."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from consultations.models import ConsultationPage
from consultations.modes.table import modes_of_texts
from portal.audit import record
from portal.jobs.models import Job, JobQuerySet

MONTHS_AT_MOST = 120
MONTHS_AT_LEAST = 1  # one person alone could have everything deleted the next night
MONTHS_OF_ACCOUNT_AT_LEAST = 6  # less would close accounts of people who take part once a year
MONTHS_WITHOUT_ANSWER = 12  # after the closing, a consultation that was never answered counts as answered


class RetentionKind(models.TextChoices):
    """What is kept for a time only."""

    ADDRESSES = "addresses", _("E-mail addresses of authors")
    MARKS = "marks", _("Marks by which the same person is known again")
    SEALED = "sealed", _("Originals of redacted texts")
    ACCOUNTS = "accounts", _("Accounts that nobody signs in with")
    NAMES = "names", _("Names of authors")
    TEXTS = "texts", _("Texts")
    FOLLOWS = "follows", _("What people follow, with their addresses")


# How many months a new site keeps it after the answer; an account, after the last sign-in. The rest stays on record.
USUAL_MONTHS = {
    RetentionKind.ADDRESSES: 6,
    RetentionKind.MARKS: 12,
    RetentionKind.SEALED: 24,
    RetentionKind.FOLLOWS: 6,
    RetentionKind.ACCOUNTS: 24,
}
# Their months begin with the answer to a consultation, which may have others of its own.
KINDS_OF_CONSULTATIONS = (
    RetentionKind.ADDRESSES,
    RetentionKind.MARKS,
    RetentionKind.SEALED,
    RetentionKind.FOLLOWS,
)
# An editor may state months after the closing for these, for each way of taking part.
KINDS_OF_TERMS = (RetentionKind.ADDRESSES, RetentionKind.NAMES, RetentionKind.TEXTS)


class RetentionPeriodQuerySet(models.QuerySet["RetentionPeriod"]):
    """Reads and writes how long data is kept."""

    def months(self):
        """Return the months by kind that hold for all consultations without a period of their own."""
        stated = dict(self.filter(consultation=None).values_list("kind", "months"))
        return {kind: stated.get(kind, months) for kind, months in USUAL_MONTHS.items()}

    def own_months(self):
        """Return the months of single consultations by (consultation, kind)."""
        rows = self.exclude(consultation=None).values_list("consultation", "kind", "months")
        return {(consultation, kind): months for consultation, kind, months in rows}

    @transaction.atomic
    def state(self, months, *, actor, consultation=None):
        """Store the months by kind; None is as for all consultations."""
        for kind, number in months.items():
            if number is None:
                self.filter(consultation=consultation, kind=kind).delete()
            else:
                self.update_or_create(consultation=consultation, kind=kind, defaults={"months": number})
        record("retention.changed", actor=actor, subject=consultation, months={str(k): n for k, n in months.items()})


class RetentionPeriod(models.Model):
    """How many months after the answer one kind of data is kept, for one consultation or for all others."""

    consultation = models.ForeignKey(ConsultationPage, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=RetentionKind.choices)
    months = models.PositiveSmallIntegerField()

    objects = RetentionPeriodQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["consultation", "kind"], name="retention_period_once"),
            models.UniqueConstraint(fields=["kind"], condition=Q(consultation=None), name="retention_period_for_all"),
        ]

    def __str__(self):
        return f"{self.kind} of {self.consultation_id}: {self.months}"


class RetentionRun(Job):
    """One time that data whose purpose has ended was deleted.

    ``result`` is a list of [kind, consultation's id, its title, number of rows], with the key of the mode behind it for
    what is kept by the terms of a way of taking part.
    """

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    done = models.PositiveIntegerField(default=0)  # rows
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=list)

    objects: ClassVar[Any] = JobQuerySet.as_manager()

    class Meta(Job.Meta):
        default_permissions = ()

    @property
    def report(self):
        """Return what was deleted, as rows with the kind, the consultation's title, the way of taking part, a count."""
        labels, kinds = dict(modes_of_texts()), dict(RetentionKind.choices)
        rows = ((kind, title, number, *(mode or [""])) for kind, _pk, title, number, *mode in self.result)
        return [
            {"what": kinds.get(kind, kind), "title": title, "mode": labels.get(mode, mode), "count": number}
            for kind, title, number, mode in rows
        ]

    @transaction.atomic
    def finish(self, result, left=0):
        """Store the report, finish the job, and note in the ledger how much was deleted; ``left``: texts that stay."""
        count = sum(number for _kind, _pk, _title, number, *_mode in result)
        problem = ngettext(
            "%d text could not be deleted. The next run tries again; the site's log says what was in the way.",
            "%d texts could not be deleted. The next run tries again; the site's log says what was in the way.",
            left,
        )
        super().finish(result=result, done=count, total=count, problem=problem % left if left else "")
        counts = dict.fromkeys(map(str, RetentionKind), 0)
        for kind, _pk, _title, number, *_mode in result:
            counts[kind] += number
        record("retention.deleted", actor=self.asked_by, subject=self, counts=counts)

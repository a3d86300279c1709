"""When the whole chain was last read, and what was found: the page of the ledger tells it."""

from django.db import models
from django.utils import timezone

from portal.audit.verification import verify_ledger

FAULTS_KEPT = 20  # in words; the number counts all


class LedgerCheck(models.Model):
    """One reading of the whole ledger, with what was found."""

    started_at = models.DateTimeField()
    done_at = models.DateTimeField(default=timezone.now)
    entries = models.PositiveBigIntegerField()  # read
    fault_count = models.PositiveBigIntegerField()
    faults = models.JSONField(default=list)  # the first ones, in words

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.entries} entries, {self.fault_count} faults"


def check_ledger():
    """Read the whole chain and keep what was found; return the LedgerCheck."""
    started_at, faults = timezone.now(), 0
    batches: list[int] = []
    kept: list[str] = []
    for fault in verify_ledger(advance=batches.append):
        faults += 1
        kept += [str(fault)] if len(kept) < FAULTS_KEPT else []
    return LedgerCheck.objects.create(started_at=started_at, entries=sum(batches), fault_count=faults, faults=kept)

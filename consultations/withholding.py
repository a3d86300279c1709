"""Withhold an earlier text: what had to be taken out of a page does not stay public as one of its versions."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.models import ConsultationPage, TextVersion
from portal.audit import record
from portal.models import PublicChange


class WithholdingRefused(Exception):
    """A version that cannot be withheld; its message says why."""


def withholdable(page):
    """Select the versions that may be withheld: the newest is what the page itself says."""
    return TextVersion.objects.filter(
        consultation=page, number__lt=F("consultation__text_version"), withheld_at__isnull=True
    )


@transaction.atomic
def withhold_version(pk, number, *, reason, actor):
    """Withhold the text of an earlier version for a reason that stands in its place and in the ledger; return it."""
    page = ConsultationPage.objects.select_for_update(of=("self",)).get(pk=pk)
    version = withholdable(page).filter(number=number).first()
    if version is None:
        raise WithholdingRefused(_("It is withheld already, or it is the text that the page shows now."))
    version.withheld_at, version.withheld_reason, version.withheld_by = timezone.now(), reason, actor
    version.save(update_fields=["withheld_at", "withheld_reason", "withheld_by"])
    PublicChange.note()  # pages that guests are shown follow at once
    record("consultation.version_withheld", actor=actor, subject=page, reason=reason, number=number)
    return version

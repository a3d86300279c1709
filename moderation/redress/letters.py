"""Letters to the readers who reported a text and left an address: what came of it."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.notifications import GRACE, MailUnavailable, post
from moderation.models import Report
from moderation.redress import appeals, reports


def answer(sender, **_signal):
    """Answer `consultations.signals.letters_due`: see to what nobody has to decide on any more, then write."""
    appeals.settle()
    reports.settle()
    return tell_reporters()


def tell_reporters():
    """Write every letter that is owed to a reader, once its decision cannot be taken back; return how many."""
    due = Report.objects.owed().filter(closed_at__lte=timezone.now() - GRACE)
    return sum(tell(report) for report in due.select_related("submission__consultation").iterator(chunk_size=100))


def tell(report):
    """Write one letter and forget the address; a letter that cannot be sent stays owed."""
    if not Report.objects.filter(pk=report.pk, tell_reporter=True).update(tell_reporter=False):
        return False
    subject = _("Your report %(reference)s: %(outcome)s") % {
        "reference": report.reference,
        "outcome": report.get_outcome_display(),
    }
    context = {"report": report, "link": settings.SITE_URL + report.get_absolute_url()}
    try:
        post(report.reporter_email, subject, "moderation/letters/report.txt", context)
    except MailUnavailable:
        Report.objects.filter(pk=report.pk).update(tell_reporter=True)
        raise
    Report.objects.filter(pk=report.pk).update(reporter_email="")
    return True

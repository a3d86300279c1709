"""Messages to readers who reported a text and left an address."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.models import Report
from moderation.models.redress import REPORT_MESSAGE
from portal.outbox.templates import Content, message_template


def outcome_of_report(_label, report_id):
    """Return the path of the page with the outcome, which only the reader has."""
    return Report.objects.get(pk=report_id).get_receipt_url()


@message_template(REPORT_MESSAGE, label=gettext_lazy("What came of a reader’s report"), private_page=outcome_of_report)
def report_message(message):
    """Return the message with the outcome of a report and the reader's link to it."""
    report = Report.objects.select_related("submission__consultation").get(pk=message.about_id)
    subject = _("Your report %(reference)s: %(outcome)s") % {
        "reference": report.reference,
        "outcome": report.get_outcome_display(),
    }
    context = {"report": report, "link": settings.SITE_URL + report.get_receipt_url()}
    return Content(subject, "moderation/messages/report.txt", context)

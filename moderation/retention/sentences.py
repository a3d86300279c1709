"""What the public is told about how long data is kept: made from the periods, so that no page can promise else."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.models.saved_response import SAVED_RESPONSES_KEPT_FOR
from moderation.models import RetentionPeriod
from moderation.models.retention import MONTHS_WITHOUT_ANSWER, RetentionKind
from portal.agency.moments import months_in_words


def retention_sentences():
    """Return a sentence for each kind of data that is kept for a time only."""
    months = RetentionPeriod.objects.months()
    return [
        _("What a consultation says beside its form counts first; where it says no time of its own, this holds:"),
        _("Your e-mail address: %s.") % after_answer(months[RetentionKind.ADDRESSES]),
        _("The scrambled mark of your browser leads to nobody: %s.") % after_answer(months[RetentionKind.MARKS]),
        _("What moderators took out of a text: %s.") % after_answer(months[RetentionKind.SEALED]),
        _("That you follow a consultation: %s.") % after_answer(months[RetentionKind.FOLLOWS]),
        _(
            "A questionnaire that you save for later: deleted when you send it, and %s after the day on which the"
            " consultation was to close when you saved it."
        )
        % number_of_days(SAVED_RESPONSES_KEPT_FOR.days),
        _("Your account, if you have one: closed %s after the last sign-in. We write to you before.")
        % months_in_words(months[RetentionKind.ACCOUNTS]),
        _("The record of an e-mail to you: deleted %s after it was sent.")
        % number_of_days(settings.OUTBOX_KEPT_FOR.days),
        _("A consultation that is never answered counts as answered %s after it has closed.")
        % months_in_words(MONTHS_WITHOUT_ANSWER),
    ]


def after_answer(months):
    """Say when something is deleted."""
    if not months:
        return _("deleted when the answer is published")
    return _("deleted %s after the answer is published") % months_in_words(months)


def number_of_days(days):
    """Return a number of days."""
    return ngettext("%d day", "%d days", days) % days

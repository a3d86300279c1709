"""What moderators promise: sentences made from their settings, so that no page can promise something else."""

from datetime import datetime

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.agency.moments import time_of_day


def promises(settings):
    """Return the sentences: when moderators work, by when they read, answer and look again."""
    return [
        work_sentence(settings),
        reading_sentence(settings),
        _("A text that a reader reports is looked at within %s.") % hours_in_words(settings, settings.report_hours),
        appeal_sentence(settings),
        ngettext(
            "If we ask you to change your text, you have %d hour, also after the consultation has closed.",
            "If we ask you to change your text, you have %d hours, also after the consultation has closed.",
            settings.return_hours,
        )
        % settings.return_hours,
    ]


def work_sentence(settings):
    """Say when moderators work."""
    if settings.around_the_clock:
        return _("Our moderators work around the clock.")
    facts = {
        "days": days_in_words(settings.weekdays),
        "start": hour_in_words(settings.starts_at),
        "end": hour_in_words(settings.ends_at),
    }
    if settings.country:
        return _("Our moderators work from %(start)s to %(end)s, %(days)s, except on public holidays.") % facts
    return _("Our moderators work from %(start)s to %(end)s, %(days)s.") % facts


def days_in_words(weekdays):
    """Return days of the week, given as "01234", such as Monday to Friday."""
    days = [int(number) for number in sorted(weekdays)]
    names = [str(WEEKDAYS[day]) for day in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    return ", ".join(names)


def hour_in_words(clock):
    """Return a time of day as every page writes it."""
    return time_of_day(datetime.combine(timezone.localdate(), clock, timezone.get_default_timezone()))


def reading_sentence(settings):
    """Say by when a text is read that was kept back."""
    facts = {
        "usual": hours_in_words(settings, settings.review_hours),
        "private": hours_in_words(settings, settings.private_hours),
        "danger": minutes_in_words(settings, settings.urgent_minutes),
    }
    return (
        _(
            "A text that was kept back is read within %(usual)s; within %(private)s if it may tell private details, "
            "and within %(danger)s if somebody may be in danger."
        )
        % facts
    )


def appeal_sentence(settings):
    """Say for how long another look can be asked for, and by when it is answered."""
    months = ngettext("%d month", "%d months", settings.appeal_months) % settings.appeal_months
    days = ngettext("%d working day", "%d working days", settings.appeal_days) % settings.appeal_days
    facts = {"months": months, "days": days}
    return _("You can ask for another look at a decision for %(months)s, and are answered within %(days)s.") % facts


def hours_in_words(settings, hours):
    """Return hours, of work unless somebody works at any hour."""
    if settings.around_the_clock:
        return ngettext("%d hour", "%d hours", hours) % hours
    return ngettext("%d working hour", "%d working hours", hours) % hours


def minutes_in_words(settings, minutes):
    """Return minutes, of work unless somebody works at any hour."""
    if settings.around_the_clock:
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    return ngettext("%d working minute", "%d working minutes", minutes) % minutes

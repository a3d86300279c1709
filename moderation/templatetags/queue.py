"""What the queue says of a case, for templates."""

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from moderation.review import filters
from moderation.review.precedents import ACTION_LABELS

register = template.Library()
BUTTON_LABELS = {
    "publish": _lazy("Publish"),
    "redact": _lazy("Without passages"),
    "refuse": _lazy("Refuse"),
    "return": _lazy("Return"),
    "stand": _lazy("Stays as it was"),
}


@register.filter
def place_in_words(case):
    """Return why a case stands where it does, such as “as if due at 14:10: severity 4 (240 min)”; “” without cause."""
    parts = [
        _("%(reason)s (%(minutes)d min)") % {"reason": reason_in_words(case, part.reason), "minutes": part.minutes}
        for part in case.head_starts
    ]
    if not parts:
        return ""
    return _("as if due at %(time)s: %(reasons)s") % {"time": moment(case.rank_at), "reasons": ", ".join(parts)}


def reason_in_words(case, reason):
    """Return what brings a case forward."""
    if reason == "reports":
        return ngettext("%d report", "%d reports", case.report_count) % case.report_count
    return {
        "severity": _("severity %d") % case.severity,
        "public": _("public now"),
        "returned": _("changed as we asked"),
    }[reason]


def moment(at):
    """Return a time of today, or day and time."""
    local = timezone.localtime(at)
    return date_format(local, "H:i" if local.date() == timezone.localdate() else "D j M, H:i")


@register.filter
def severity_word(severity):
    """Return a severity as a word."""
    return filters.SEVERITIES[severity]


@register.filter
def language_name(code):
    """Return a language's name in itself."""
    return filters.language_label(code)


@register.filter
def decided_word(action):
    """Return what a decision did, such as “Refused”."""
    return ACTION_LABELS[action]


@register.filter
def asked_word(action):
    """Return the words on the button of an action of the decision form."""
    return BUTTON_LABELS[action]


@register.filter
def percent(share):
    """Return a share of one in hundredths."""
    return round(share * 100)

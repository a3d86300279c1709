"""Small parts of every page: icons, moments, initials."""

from datetime import datetime

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.agency.branding import branding

register = template.Library()

HOUR = 3600  # seconds
DAY = 24 * HOUR


@register.simple_tag
def icon(name):
    """Draw an icon from the sprite; words beside it carry the meaning."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("portal/icons.svg"), name
    )


@register.simple_tag
def agency_name():
    """Return the agency's name, where a partial is not given the branding."""
    return branding()["name"]


@register.filter
def initial(name):
    """Return the first letter of a name, for an agency without a logo."""
    return str(name).strip()[:1].upper()


@register.filter
def clock(moment):
    """Return the time of day in the agency's time zone, such as 5 pm or 17:30."""
    words = date_format(timezone.localtime(moment), _("g:i a")).replace(":00 ", " ").replace(".", "")
    return words.replace(" ", "\N{NO-BREAK SPACE}")


@register.filter
def day(moment):
    """Return the day, such as Friday 18 December; with the year when it is not this one."""
    date = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    this_year = date.year == timezone.localdate().year
    return date_format(date, _("l j F") if this_year else _("l j F Y"))


@register.filter
def moment(value):
    """Return day and time, such as Friday 18 December, 5 pm."""
    return _("%(day)s, %(time)s") % {"day": day(value), "time": clock(value)}


@register.filter
def ago(value):
    """Return how long ago something was: minutes, hours, then the day."""
    seconds = int((timezone.now() - value).total_seconds())
    if seconds < 60:
        return _("just now")
    if seconds < HOUR:
        return ngettext("%d minute ago", "%d minutes ago", seconds // 60) % (seconds // 60)
    if seconds < DAY:
        return ngettext("%d hour ago", "%d hours ago", seconds // HOUR) % (seconds // HOUR)
    local = timezone.localtime(value)
    return date_format(local, _("j F") if local.year == timezone.localdate().year else _("j F Y"))


@register.simple_tag
def place_of_time():
    """Name the time that closing moments are said in, such as Canberra time."""
    zone = settings.TIME_ZONE.rsplit("/", 1)[-1].replace("_", " ")
    return zone if zone in ("UTC", "GMT") else _("%s time") % zone

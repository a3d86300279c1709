"""Small parts of every page: icons, moments, initials."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html

from portal.agency import moments
from portal.agency.branding import branding

register = template.Library()


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


register.filter("clock", moments.time_of_day)
register.filter("day", moments.day)
register.filter("moment", moments.day_and_time)
register.filter("ago", moments.ago)
register.simple_tag(moments.time_zone_name, name="place_of_time")

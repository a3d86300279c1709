"""Small parts of every page: icons, moments, initials."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html

from portal import slots
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
def grouped(number):
    """Return 1204 as 1,204."""
    return f"{number:,}"


@register.filter
def initial(name):
    """Return the first letter of a name, for an agency without a logo."""
    return str(name).strip()[:1].upper()


@register.simple_tag(takes_context=True)
def slot(context, name, **passed):
    """Show what a package above this template's own puts into the slot; nothing when none does."""
    filling = slots.filling_of(name)
    if filling is None:
        return ""
    extra = filling.extra_context(**passed) if filling.extra_context else {}
    inner = context.new({"csrf_token": context.get("csrf_token"), **passed, **extra})
    return context.template.engine.get_template(filling.template_name).render(inner)


@register.simple_tag
def slot_url(name, *args):
    """Return the address that a package above this template's own puts into the slot; '' when none does."""
    return slots.url_of(name, *args)


register.filter("clock", moments.time_of_day)
register.filter("day", moments.day)
register.filter("last_day", moments.last_day)
register.filter("moment", moments.day_and_time)
register.filter("start", moments.start)
register.filter("ago", moments.ago)
register.simple_tag(moments.time_zone_name, name="place_of_time")

"""Small parts of every page: icons, moments, initials."""

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from portal import slots
from portal.agency import moments
from portal.agency.branding import branding
from portal.http.lifetime import changes_at
from portal.http.request_id import current_request_id

register = template.Library()


@register.simple_tag
def icon(name):
    """Draw an icon from the sprite; words beside it carry the meaning."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("portal/icons.svg"), name
    )


@register.simple_tag
def request_id():
    """Return the number of this request, by which its lines are found in the log."""
    return current_request_id()


@register.filter
def is_past(moment):
    """Return whether a moment is over; a page that says so is made anew when it comes."""
    changes_at(moment)
    return moment <= timezone.now()


@register.simple_tag
def time_ago(moment):
    """Return how long ago a moment was, as an element; on paper, where time stands still, print.css shows its date."""
    return format_html(
        '<time datetime="{}" data-on-paper="{}">{}</time>',
        moments.in_agency_time(moment).strftime("%Y-%m-%dT%H:%M%z"),
        moments.day_and_time(moment),
        moments.ago(moment),
    )


@register.simple_tag(takes_context=True)
def before_title(context):
    """Return what a page says before its title, which a screen reader reads first: what was done, or is to be done."""
    form, said = context.get("form"), [str(message) for message in context.get("messages") or ()]
    if getattr(form, "errors", None):
        said.append(_("Something to put right:"))
    elif getattr(form, "precheck", None):
        said.append(_("Before you send:"))
    return "".join(f"{sentence} " for sentence in said)


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
register.simple_tag(moments.time_zone_name, name="place_of_time")


# The next two build their HTML here because a template adds white space between lines, which these texts would show.


@register.filter
def with_changes(changes):
    """Return the changes between two texts as HTML: the old words in <del>, the new ones in <ins>."""
    elements = {"gone": "<del>{}</del>", "new": "<ins>{}</ins>"}
    return format_html_join("", "{}", ((format_html(elements.get(each.kind, "{}"), each.text),) for each in changes))


@register.filter
def with_spoken_changes(changes):
    """Return the same, with words before and after each change for screen readers, many of which pass over both."""
    spoken = '<{0}><span class="visually-hidden">[{1}: </span>{2}<span class="visually-hidden">]</span></{0}>'
    marks = {"gone": ("del", _("taken out")), "new": ("ins", _("added"))}
    pieces = ((marks.get(each.kind), each.text) for each in changes)
    return format_html_join("", "{}", ((format_html(spoken, *mark, text) if mark else text,) for mark, text in pieces))

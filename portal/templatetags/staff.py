"""Parts of the staff area's frame."""

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag(takes_context=True)
def page_help(context):
    """Return the help text of the page that is shown: the template of the same name under `help/`."""
    return render_to_string(f"help/{context.template.name}", {"user": context.get("user")})


@register.simple_tag
def greeting(user):
    """Return how to greet somebody at this time of day, such as “Good morning, Mo”."""
    hour, name = timezone.localtime().hour, user.first_name or user.get_username()
    if hour < 12:
        return _("Good morning, %s") % name
    return (_("Good afternoon, %s") if hour < 18 else _("Good evening, %s")) % name


@register.filter
def error_target(field):
    """Return the id of what a field's error leads to: what the form says, the field, or the first of its choices."""
    targets = getattr(field.form, "error_targets", {})
    return targets.get(field.name, field.id_for_label or f"{field.auto_id}_0")

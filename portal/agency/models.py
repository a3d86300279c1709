"""The agency's settings: its name, look and address."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from portal.agency.colour import PAPER, READABLE, channels, contrast, readable


def readable_accent(colour):
    """Raise ValidationError for an accent that is no colour, or in which text is unreadable; suggest the nearest."""
    try:
        channels(colour)
    except ValueError as error:
        raise ValidationError(_("Write the colour as # and six digits or letters a–f.")) from error
    if contrast(colour, PAPER) < READABLE:
        raise ValidationError(
            _("Text in %(colour)s is too pale to read. The nearest that works is %(nearest)s."),
            params={"colour": colour, "nearest": readable(colour)},
        )


@register_setting(icon="site")
class Agency(BaseGenericSetting):
    """The agency that runs this site."""

    name = models.CharField(_("name"), max_length=100, default="Our agency")
    short_name = models.CharField(
        _("short name"),
        max_length=30,
        blank=True,
        help_text=_("What people call you for short, such as HTA. Nobody else may write under either name."),
    )
    logo = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("logo"),
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#00596d",
        help_text=_("One dark colour for buttons and links, such as #00596d."),
        validators=[readable_accent],
    )
    contact_email = models.EmailField(_("contact address"), blank=True)
    security_email = models.EmailField(
        _("address for weaknesses"),
        blank=True,
        help_text=_(
            "Where people report a weakness of this site; it stands in /.well-known/security.txt. Left empty, the"
            " contact address stands there."
        ),
    )

    panels = [FieldPanel(name) for name in ("name", "short_name", "logo", "accent", "contact_email", "security_email")]

    class Meta:
        verbose_name = _("agency")

"""How this agency moderates: its hours, its promise, what is its own."""

from datetime import time

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="tick-inverse")
class ModerationSettings(BaseGenericSetting):
    """The moderators' hours and what the rules need to know of the agency."""

    starts_at = models.TimeField(_("work starts"), default=time(9))
    ends_at = models.TimeField(_("work ends"), default=time(17))
    review_hours = models.PositiveSmallIntegerField(
        _("read within"),
        default=4,
        help_text=_("Working hours in which a person reads what was held (Monday to Friday)."),
    )
    phone_regions = models.CharField(
        _("telephone numbers of"),
        max_length=60,
        default="AU NZ GB US",
        help_text=_("Country codes, such as AU NZ GB US."),
    )
    own_contacts = models.TextField(
        _("our own contacts"), blank=True, help_text=_("Addresses and numbers that anybody may write, one a line.")
    )
    own_domains = models.TextField(
        _("our own websites"), blank=True, help_text=_("Links to these never count, one a line: harbour.example.org")
    )
    maximum_length = models.PositiveIntegerField(
        _("longest text"), default=5000, help_text=_("Characters; a longer one is taken in and noted.")
    )

    panels = [
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at"), FieldPanel("review_hours")]),
        *(FieldPanel(name) for name in ("phone_regions", "own_contacts", "own_domains", "maximum_length")),
    ]

    class Meta:
        verbose_name = _("moderation")

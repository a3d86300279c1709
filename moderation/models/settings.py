"""The agency's moderation settings: working hours, review times and the words that the rules need."""

from datetime import time, timedelta

from django import forms
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from moderation.models.help_lines import HELP_LINES
from portal.casework.weekdays import WeekdaysField
from portal.casework.working_hours import AROUND_THE_CLOCK, Calendar, due, holidays_of

URGENT_SEVERITY = 4  # of clauses about danger to somebody


def may_be_on_call():
    """Return the condition for people who can be on call: they read the moderators' queue, where danger comes first."""
    permitted = Permission.objects.filter(content_type__app_label="consultations", codename="moderate_submission")
    return Q(is_active=True) & (Q(groups__permissions__in=permitted) | Q(user_permissions__in=permitted))


@register_setting(icon="tick-inverse")
class ModerationSettings(BaseGenericSetting):
    """The moderators' working hours, the promised review times, and facts about the agency that the rules use."""

    starts_at = models.TimeField(_("work starts"), default=time(9))
    ends_at = models.TimeField(_("work ends"), default=time(17))
    weekdays = WeekdaysField(_("days of work"))
    around_the_clock = models.BooleanField(
        _("somebody works around the clock"),
        default=False,
        help_text=_("Every hour of every day counts then, holidays too; the hours and days above do not matter."),
    )
    country = models.CharField(
        _("holidays of"), max_length=2, blank=True, help_text=_("A country code, such as AU; nobody works then.")
    )
    region = models.CharField(_("region"), max_length=10, blank=True, help_text=_("Of that country, such as NSW."))
    review_hours = models.PositiveSmallIntegerField(
        _("read within"),
        default=4,
        help_text=_("Working hours in which a person reads what was held."),
    )
    private_hours = models.PositiveSmallIntegerField(
        _("private details within"), default=2, help_text=_("Working hours, for clauses of severity 3.")
    )
    urgent_minutes = models.PositiveSmallIntegerField(
        _("danger within"),
        default=30,
        help_text=_("Minutes by day and by night, for clauses of severity 4: danger keeps no working hours."),
    )
    on_call = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        limit_choices_to=may_be_on_call,
        related_name="+",
        verbose_name=_("on call"),
        help_text=_("Moderators who hear of danger by e-mail at any hour. If nobody is on call, the leads do."),
    )
    report_hours = models.PositiveSmallIntegerField(
        _("reports within"), default=8, help_text=_("Working hours in which a person looks at what readers report.")
    )
    appeal_days = models.PositiveSmallIntegerField(
        _("appeals within"), default=5, help_text=_("Working days in which an appeal is answered.")
    )
    appeal_months = models.PositiveSmallIntegerField(
        _("appeals for"), default=6, help_text=_("Months after a decision in which its author may appeal.")
    )
    return_hours = models.PositiveSmallIntegerField(
        _("time to change a text"),
        default=48,
        help_text=_("Hours that authors have when we ask for a change, even after the consultation has closed."),
    )
    check_percent = models.PositiveSmallIntegerField(
        _("dealt again"), default=5, help_text=_("Decided cases of a hundred that a second person reads, unknowingly.")
    )
    exposure_budget = models.PositiveSmallIntegerField(
        _("hard texts in an hour"),
        default=10,
        help_text=_("After so many texts that are hard to read, a moderator is given others. 0 sets no limit."),
    )
    languages = models.CharField(
        _("languages we read"),
        max_length=60,
        blank=True,
        help_text=_("Codes, such as en de zh. Texts in others are noted; leave it empty and none is."),
    )
    emergency_number = models.CharField(_("emergency number"), max_length=20, default="112")
    help_line = models.TextField(
        _("help lines"),
        blank=True,
        help_text=_(
            "Shown to who writes about harming themselves: names and numbers, one a line. Empty: the national line of "
            "the country whose holidays you have chosen."
        ),
    )
    public_people = models.TextField(
        _("names that are taken"),
        blank=True,
        help_text=_("Staff and elected people that nobody else may write as, one a line."),
    )
    staff_domains = models.TextField(
        _("addresses of staff"), blank=True, help_text=_("Domains of our own e-mail addresses, one a line.")
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
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                FieldPanel("weekdays"),
                FieldPanel("around_the_clock"),
                FieldRowPanel([FieldPanel("country"), FieldPanel("region")]),
            ],
            heading=_("When moderators work"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel(name) for name in ("review_hours", "private_hours", "urgent_minutes")]),
                FieldRowPanel([FieldPanel(name) for name in ("report_hours", "return_hours")]),
                FieldRowPanel([FieldPanel(name) for name in ("appeal_days", "appeal_months")]),
            ],
            heading=_("What we promise"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel(name) for name in ("check_percent", "exposure_budget", "languages")])],
            heading=_("How moderators work"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("on_call", widget=forms.CheckboxSelectMultiple),
                FieldPanel("emergency_number"),
                FieldPanel("help_line"),
            ],
            heading=_("When somebody is in danger"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in (
                    "public_people",
                    "staff_domains",
                    "phone_regions",
                    "own_contacts",
                    "own_domains",
                    "maximum_length",
                )
            ],
            heading=_("What the rules know of us"),
        ),
    ]

    class Meta:
        verbose_name = _("moderation")

    def clean(self):
        """Raise ValidationError for hours without working time, or for a country or region without known holidays."""
        super().clean()
        errors = {}
        try:
            holidays_of(self.country, self.region)
        except ValueError as error:
            errors["country"] = str(error)
        if not self.around_the_clock and self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            errors["ends_at"] = _("Work has to end after it starts. If somebody works at any hour, tick that below.")
        if errors:
            raise ValidationError(errors)

    @property
    def help_lines(self):
        """Return the agency's own help lines, else the national one, else nothing."""
        return [line for line in self.help_line.splitlines() if line.strip()] or [
            line for country, line in HELP_LINES.items() if country == self.country.upper()
        ]

    def promise(self, severity):
        """Return the time within which a moderator reads a text held under a clause of this severity."""
        if severity >= URGENT_SEVERITY:
            return timedelta(minutes=self.urgent_minutes)
        return timedelta(hours=self.private_hours if severity == 3 else self.review_hours)

    def calendar_for(self, severity):
        """Return the hours in which `promise` is counted: danger is looked at around the clock."""
        return AROUND_THE_CLOCK if severity >= URGENT_SEVERITY else self.calendar

    def due_from(self, start, severity=0):
        """Return by when a moderator reads a text that is held at a moment under a clause of this severity."""
        return due(start, self.promise(severity), self.calendar_for(severity))

    @property
    def calendar(self):
        """Return the working hours for `portal.casework.working_hours`."""
        if self.around_the_clock:
            return AROUND_THE_CLOCK
        days = frozenset(map(int, self.weekdays))
        return Calendar(self.starts_at, self.ends_at, holidays_of(self.country, self.region), days)

"""The part of a question that is answered with a number or a date: what may be answered, and how it is said."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from consultations.measures import (
    LONGEST_UNIT,
    day_in,
    is_day,
    is_number,
    kept_number,
    number_in,
    said_day,
    said_number,
)

LONGEST_LIMIT = 20  # letters of the smallest or largest answer, as it is kept


class MeasuredQuestion(models.Model):
    """What the editor says about the number or the date that is asked for; limits are kept as answers are."""

    lowest = models.CharField(
        _("smallest number, or earliest date"), max_length=LONGEST_LIMIT, blank=True, default="", db_default=""
    )
    highest = models.CharField(
        _("largest number, or latest date"), max_length=LONGEST_LIMIT, blank=True, default="", db_default=""
    )
    unit = models.CharField(
        _("unit"),
        max_length=LONGEST_UNIT,
        blank=True,
        default="",
        db_default="",
        help_text=_("Of a number, such as km or minutes."),
    )
    with_decimals = models.BooleanField(
        _("with decimals"), default=False, db_default=False, help_text=_("A number may have two decimals.")
    )

    measure_panels = [
        FieldRowPanel([FieldPanel("lowest"), FieldPanel("highest")]),
        FieldRowPanel([FieldPanel("unit"), FieldPanel("with_decimals")]),
    ]
    MEASURE_FIELDS = ("lowest", "highest", "unit", "with_decimals")

    class Meta:
        abstract = True

    @property
    def is_number(self):
        """Return whether people answer with a number."""
        return self.kind == self.Kind.NUMBER

    @property
    def is_date(self):
        """Return whether people answer with a date."""
        return self.kind == self.Kind.DATE

    @property
    def is_measured(self):
        """Return whether people answer with a number or a date, so that answers are as many as people."""
        return self.is_number or self.is_date

    def measure_in(self, typed):
        """Return the number or day in what somebody typed, as it is kept; raise ValidationError for anything else."""
        if self.is_number:
            return kept_number(number_in(typed, with_decimals=self.with_decimals))
        return day_in(typed).isoformat()

    def answer_in(self, typed):
        """Return the same of an answer, which has to lie within the limits."""
        answer = self.measure_in(typed)
        if self.lowest and self.is_before(answer, self.lowest):
            least = now_("The smallest possible answer is %s.") if self.is_number else now_("The earliest day is %s.")
            raise ValidationError(least % self.said(self.lowest), code="too_low")
        if self.highest and self.is_before(self.highest, answer):
            most = now_("The largest possible answer is %s.") if self.is_number else now_("The latest day is %s.")
            raise ValidationError(most % self.said(self.highest), code="too_high")
        return answer

    def is_before(self, one, other):
        """Return whether one kept number or day is smaller or earlier than another."""
        return Decimal(one) < Decimal(other) if self.is_number else one < other

    def said_measure(self, kept):
        """Return a number or a day in the reader's language; what is none, from an address, as it is."""
        if self.is_number:
            return said_number(kept, self.unit) if is_number(kept) else kept
        return said_day(kept) if is_day(kept) else kept

    @property
    def limits_said(self):
        """Return which numbers or days may be answered, as a sentence; '' without limits and without a unit."""
        limits = {"lowest": self.lowest and self.said(self.lowest), "highest": self.highest and self.said(self.highest)}
        if self.lowest and self.highest:
            return now_("From %(lowest)s to %(highest)s.") % limits
        if self.lowest:
            return (now_("%(lowest)s or more.") if self.is_number else now_("%(lowest)s or later.")) % limits
        if self.highest:
            return (now_("%(highest)s or less.") if self.is_number else now_("%(highest)s or earlier.")) % limits
        return now_("In %s.") % self.unit if self.unit else ""

    def clean_limits(self):
        """Keep the limits as answers are kept; raise ValidationError for what is none, or belongs to no such kind."""
        faults = {}
        for name in ("lowest", "highest"):
            try:
                setattr(self, name, self.limit_in(getattr(self, name).strip()))
            except ValidationError as fault:
                faults[name] = fault.messages
        if self.unit and not self.is_number:
            faults["unit"] = _("Only a number has a unit.")
        if self.with_decimals and not self.is_number:
            faults["with_decimals"] = _("Only a number has decimals.")
        if not faults and self.lowest and self.highest and self.is_before(self.highest, self.lowest):
            faults["highest"] = _("This lies below the smallest or earliest answer.")
        if faults:
            raise ValidationError(faults)

    def limit_in(self, typed):
        """Return a limit as it is kept; raise ValidationError if the question has none."""
        if typed and not self.is_measured:
            raise ValidationError(now_("Only a number or a date has limits."))
        return typed and self.measure_in(typed)

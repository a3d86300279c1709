"""The part of a question that says of whom it is asked."""

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel


class ConditionalQuestion(models.Model):
    """The condition on which a question is asked, as the editor writes it: an earlier question and some of its choices.

    The earlier question is named by its number in the order, since a draft's new questions have no id yet.
    """

    shown_after = models.PositiveSmallIntegerField(
        _("only after an answer to question number"),
        null=True,
        blank=True,
        help_text=_("The number of an earlier question with choices, counted from 1. Empty: everybody is asked."),
    )
    shown_for = models.TextField(
        _("and only for these answers"),
        blank=True,
        default="",
        db_default="",
        validators=[MaxLengthValidator(8000)],
        help_text=_("One a line, as the choices stand there; of a scale the numbers."),
    )
    condition = None  # what `consultations.conditions.with_conditions` makes of both

    condition_panels = [FieldRowPanel([FieldPanel("shown_after"), FieldPanel("shown_for")])]

    class Meta:
        abstract = True

    @property
    def shown_for_values(self):
        """Return the answers for which it is asked, one per line of the field."""
        return [line.strip() for line in self.shown_for.splitlines() if line.strip()]

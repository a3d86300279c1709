"""The form for how long each kind of data is kept."""

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation.models import RetentionPeriod
from moderation.models.retention import (
    KINDS_OF_CONSULTATIONS,
    MONTHS_AT_LEAST,
    MONTHS_AT_MOST,
    MONTHS_OF_ACCOUNT_AT_LEAST,
    USUAL_MONTHS,
)


def counted_from(kind):
    """Say from when the months of a kind count."""
    return _("Months after the answer.") if kind in KINDS_OF_CONSULTATIONS else _("Months after the last sign-in.")


class PeriodsForm(forms.Form):
    """Months by kind, for all consultations or for one; for one, nothing typed means as for all."""

    def __init__(self, *args, consultation=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.consultation = consultation
        months, own = RetentionPeriod.objects.months(), RetentionPeriod.objects.own_months()
        self.kinds = KINDS_OF_CONSULTATIONS if consultation else tuple(USUAL_MONTHS)
        for kind in self.kinds:
            self.fields[kind.value] = forms.IntegerField(
                label=kind.label,
                min_value=MONTHS_AT_LEAST if kind in KINDS_OF_CONSULTATIONS else MONTHS_OF_ACCOUNT_AT_LEAST,
                max_value=MONTHS_AT_MOST,
                required=consultation is None,
                initial=own.get((consultation.pk, kind)) if consultation else months[kind],
                help_text=_("Months. Nothing: as for all, %d.") % months[kind] if consultation else counted_from(kind),
            )

    def state(self, actor):
        """Store the months."""
        months = {kind: self.cleaned_data[kind.value] for kind in self.kinds}
        RetentionPeriod.objects.state(months, actor=actor, consultation=self.consultation)

"""The form that pauses taking part."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import ConsultationPage, ParticipationPause
from consultations.models.pause import PAUSE_REASON_CHARACTERS
from consultations.plain_text import plain_line
from consultations.stages import visible_to
from consultations.submitting.forms import PlainTextField
from moderation.review.personal_data import personal_data_in

PAUSE_MINUTES = [
    (15, _("15 minutes")),
    (60, _("One hour")),
    (4 * 60, _("Four hours")),
    (24 * 60, _("One day")),
    (3 * 24 * 60, _("Three days")),
]


class PauseForm(forms.Form):
    """Which consultation, for how long, and why."""

    consultation = forms.ModelChoiceField(
        ConsultationPage.objects.none(),
        label=_("What to pause"),
        required=False,
        empty_label=_("Every consultation"),
        error_messages={"invalid_choice": _("Choose a consultation that is open.")},
    )
    minutes = forms.TypedChoiceField(
        label=_("For how long"),
        choices=PAUSE_MINUTES,
        coerce=int,
        initial=60,
        help_text=_("Then it is over by itself. You can end it before."),
    )
    reason = PlainTextField(
        label=_("Why"),
        max_length=PAUSE_REASON_CHARACTERS,
        help_text=_("Everybody reads it in the place of the form; it stays in the audit ledger, too."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say in a sentence why: people read it in the place of the form.")},
    )

    def __init__(self, data=None, *, user):
        super().__init__(data)
        self.user = user
        open_now = visible_to(user).live().open().only("title", "path", "depth", "closes_at")
        self.fields["consultation"].queryset = open_now

    def clean_reason(self):
        """Keep it on one line; raise ValidationError for something personal, as the ledger forgets nothing."""
        reason = plain_line(self.cleaned_data["reason"])
        if problem := personal_data_in(reason, None):
            raise forms.ValidationError(problem)
        return reason

    def closing_meanwhile(self):
        """Return the titles of the consultations that close before the pause is over."""
        until = timezone.now() + timedelta(minutes=self.cleaned_data["minutes"])
        found = self.fields["consultation"].queryset.filter(closes_at__lte=until)
        if one := self.cleaned_data["consultation"]:
            found = found.filter(pk=one.pk)
        return list(found.values_list("title", flat=True))

    def save(self):
        """Begin the pause; raise PauseUnchanged where it is paused already."""
        lasts = timedelta(minutes=self.cleaned_data["minutes"])
        said = {"reason": self.cleaned_data["reason"], "lasts": lasts}
        return ParticipationPause.begin(actor=self.user, consultation=self.cleaned_data["consultation"], **said)

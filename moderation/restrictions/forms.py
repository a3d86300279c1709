"""What a lead moderator enters about unusual times: a crisis level, and a request from outside."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from consultations.models import Submission
from consultations.plain_text import plain
from consultations.submitting.forms import PlainTextField
from moderation.models import Crisis
from moderation.restrictions.crisis import level_effects

MAX_CRISIS_HOURS = 72


class LevelCards(forms.RadioSelect):
    """The levels, each with what it does."""

    template_name = "moderation/_levels.html"

    def create_option(self, name, value, *args, **kwargs):
        """Add what the level does."""
        option = super().create_option(name, value, *args, **kwargs)
        option["effects"] = level_effects(value)
        return option


class CrisisForm(forms.Form):
    """A request for a crisis level; somebody else approves it."""

    level = forms.TypedChoiceField(
        label=_("Level"),
        choices=Crisis.Level.choices,
        coerce=int,
        widget=LevelCards,
        error_messages={"required": _("Choose a level.")},
    )
    hours = forms.IntegerField(
        label=_("For how many hours"),
        min_value=1,
        max_value=MAX_CRISIS_HOURS,
        help_text=_("From the moment it is approved, 72 at most. Afterwards it can be asked for again."),
        error_messages={"required": _("Say for how long.")},
    )
    banner = PlainTextField(
        label=_("What everybody reads"),
        max_length=300,
        help_text=_("One or two plain sentences, on every public page: what is going on, and what it means for them."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say in a sentence what is going on.")},
    )
    reason = PlainTextField(
        label=_("Why"),
        max_length=2000,
        help_text=_("For the log. Who approves it reads this first."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why, so that somebody else can approve it.")},
    )

    def clean_banner(self):
        """Keep it on one line."""
        return " ".join(self.cleaned_data["banner"].split())

    def clean_reason(self):
        """Keep plain text."""
        return plain(self.cleaned_data["reason"])

    def save(self, *, actor):
        """Ask for it."""
        return Crisis.ask(actor=actor, **self.cleaned_data)


class ExternalRequestForm(WagtailAdminModelForm):
    """A request from outside; the text it is about is named by its reference."""

    reference = forms.CharField(
        label=_("The text it is about"),
        required=False,
        max_length=9,
        help_text=_("Its reference, such as 7F3K-9QXM. Leave it empty if it is about more than one text, or none."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.submission_id:
            self.initial["reference"] = self.instance.submission.reference

    def clean_reference(self):
        """Find the text."""
        reference = self.cleaned_data["reference"].strip().upper()
        self.instance.submission = Submission.objects.filter(reference=reference).first() if reference else None
        if reference and self.instance.submission is None:
            raise ValidationError(_("There is no text with this reference."))
        return reference

    def clean(self):
        """Ask for the answer, its day and its outcome together."""
        cleaned = super().clean()
        answered = cleaned.get("outcome") not in (None, "open")
        if answered and not cleaned.get("answer"):
            self.add_error("answer", _("Say what we did, and why: everybody can read it."))
        if answered and not cleaned.get("answered_on"):
            self.add_error("answered_on", _("Say on which day it was answered."))
        asked_on, answered_on = cleaned.get("asked_on"), cleaned.get("answered_on")
        if asked_on and answered_on and answered_on < asked_on:
            self.add_error("answered_on", _("It cannot be answered before it was asked."))
        return cleaned

"""Forms of a privacy officer, who gives a reason before opening or erasing a text."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.plain_text import plain_line
from consultations.submitting.forms import PlainTextField
from moderation.review.personal_data import personal_data_in
from moderation.review.sealing import find_by_reference


class ReasonForm(forms.Form):
    """The reason for opening or erasing a text; stored in the ledger."""

    reason = PlainTextField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("One sentence, without names. It is kept for good."),
        min_length=10,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, submission=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.submission = submission  # None for a reason that is about no text in particular

    def clean_reason(self):
        """Raise ValidationError for a reason with something personal in it: the ledger forgets nothing."""
        reason = plain_line(self.cleaned_data["reason"])
        if problem := personal_data_in(reason, self.submission):
            raise forms.ValidationError(problem)
        return reason


class AloneMixin(forms.Form):
    """Whether an erasure cannot wait for a second person."""

    alone = forms.BooleanField(
        label=gettext_lazy("It cannot wait: erase it now, without a second person"),
        help_text=gettext_lazy("Only in an emergency. The ledger says that you did it alone, and colleagues are told."),
        required=False,
    )


class ErasureForm(AloneMixin, ReasonForm):
    """The reason, the reference typed again as a confirmation, and whether it cannot wait for a second person."""

    confirm = forms.CharField(label=gettext_lazy("Type the reference to confirm"), max_length=20)
    field_order = ["reason", "confirm", "alone"]

    def __init__(self, *args, submission, **kwargs):
        super().__init__(*args, submission=submission, prefix="erase", **kwargs)

    def clean_confirm(self):
        """Raise ValidationError unless the typed reference is the page's."""
        found = find_by_reference(self.cleaned_data["confirm"])
        if found != self.submission:
            raise forms.ValidationError(_("This is not the reference of the text on this page."))
        return found.reference

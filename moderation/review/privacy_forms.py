"""Forms of a privacy officer, who gives a reason before opening or erasing a text."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.review.sealing import find_by_reference


class ReasonForm(forms.Form):
    """The reason for opening or erasing a text; stored in the ledger."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("One sentence, without names. It is kept for good."),
        min_length=10,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ErasureForm(ReasonForm):
    """The reason, and the reference typed again as a confirmation."""

    confirm = forms.CharField(label=gettext_lazy("Type the reference to confirm"), max_length=20)
    field_order = ["reason", "confirm"]

    def __init__(self, *args, reference, **kwargs):
        super().__init__(*args, prefix="erase", **kwargs)
        self.reference = reference

    def clean_confirm(self):
        """Raise ValidationError unless the typed reference is the page's."""
        found = find_by_reference(self.cleaned_data["confirm"])
        if found is None or found.reference != self.reference:
            raise forms.ValidationError(_("This is not the reference of the text on this page."))
        return self.reference

"""Forms of a coding frame, and of a table of its codes by group."""

from typing import cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.plain_text import plain_name
from consultations.submitting.forms import PlainTextField
from search.coding.groups import group_choices
from search.models.coding import LONGEST_CODE_NAME, LONGEST_DEFINITION, Code


class CodeForm(forms.Form):
    """The name and the definition of a code; two codes in use never share a name."""

    name = PlainTextField(label=gettext_lazy("Name"), max_length=LONGEST_CODE_NAME)
    definition = PlainTextField(
        label=gettext_lazy("What belongs here, and what does not"),
        max_length=LONGEST_DEFINITION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, frame, data=None, *, code=None):
        initial = {"name": code.name, "definition": code.definition} if code else None
        super().__init__(data, initial=initial, auto_id=f"id_{code.pk if code else 'new'}_%s")
        self.frame, self.code = frame, code

    def clean_name(self):
        """Return the name on one line; refuse that of another code in use."""
        name = plain_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Nobody can see anything in this name."))
        same = self.frame.code_named(name)
        if same and not same.retired_at and same != self.code:
            raise forms.ValidationError(_("There is a code of this name already."))
        return name


class RetireForm(forms.Form):
    """The code that the texts of a retired one get instead, if any."""

    into = forms.ModelChoiceField(
        label=gettext_lazy("Its texts get"),
        queryset=Code.objects.none(),
        required=False,
        empty_label=gettext_lazy("nothing else; they keep it"),
    )

    def __init__(self, code, data=None):
        super().__init__(data, auto_id=f"id_{code.pk}_%s")
        into = cast(forms.ModelChoiceField, self.fields["into"])
        into.queryset = code.frame.codes_in_use.exclude(pk=code.pk)


class GroupsForm(forms.Form):
    """What the codes are counted by."""

    by = forms.ChoiceField(label=gettext_lazy("Codes by"), required=False)

    def __init__(self, frame, data):
        super().__init__(data)
        by = cast(forms.ChoiceField, self.fields["by"])
        by.choices = [("", gettext_lazy("Choose a group")), *group_choices(frame)]

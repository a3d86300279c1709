"""The choice between two people's answers, question by question, when both changed the same saved response."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.modes.questionnaire.saved_answers import FIELD_PREFIX

KEEP_PREFIX = "keep-"
CONFLICT_SEEN = f"{KEEP_PREFIX}seen"  # a hidden field: a browser sends nothing at all of radios that nobody chose
MINE, THEIRS, BOTH = "mine", "theirs", "both"


class ConflictForm(forms.Form):
    """One choice for each answer that differs; two texts can both be kept."""

    def __init__(self, data=None, *, differing):
        super().__init__(data)
        self.differing = differing
        for each in differing:
            choices = [(THEIRS, _("What was saved meanwhile")), (MINE, _("What I typed"))]
            if each.can_keep_both:
                choices.append((BOTH, _("Both texts, one below the other")))
            self.fields[f"{KEEP_PREFIX}{each.pk}"] = forms.ChoiceField(
                label=each.label or _("A question that is gone"),
                choices=choices,
                initial=BOTH if each.can_keep_both else None,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose which of the two you want to keep.")},
            )

    @staticmethod
    def was_answered(data):
        """Return whether a form comes from the page with the choices, also if nothing was chosen there."""
        return any(name.startswith(KEEP_PREFIX) for name in data)

    @property
    def rows(self):
        """Return each difference with its field."""
        return [(each, self[f"{KEEP_PREFIX}{each.pk}"]) for each in self.differing]

    def chosen_in(self, data):
        """Return what was sent, with the answers that were chosen in their fields."""
        chosen = data.copy()
        for each in self.differing:
            values = {MINE: each.mine, THEIRS: each.theirs, BOTH: ("\n\n".join((*each.theirs, *each.mine)),)}
            chosen.setlist(f"{FIELD_PREFIX}{each.pk}", values[self.cleaned_data[f"{KEEP_PREFIX}{each.pk}"]])
        return chosen

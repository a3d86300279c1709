"""The field that a question is answered with."""

from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.measures import LONGEST_MEASURE
from consultations.models import Question
from consultations.modes.questionnaire.saved_answers import FIELD_PREFIX
from consultations.ranks import choice_of, place_of, ranked
from consultations.submitting.forms import MAX_TEXT_LENGTH, PlainTextField

REQUIRED = {
    Question.Kind.OPEN: _("This question needs an answer: write something."),
    Question.Kind.ONE: _("This question needs an answer: choose one."),
    Question.Kind.SEVERAL: _("This question needs an answer: choose at least one."),
    Question.Kind.SCALE: _("This question needs an answer: choose a step."),
    Question.Kind.NUMBER: _("This question needs an answer: write a number."),
    Question.Kind.DATE: _("This question needs an answer: write a date."),
    Question.Kind.RANKING: _("This question needs an answer: give at least one choice a place."),
}
NO_ANSWER = ("", _("No answer"))  # the way back for whoever touched an optional question by mistake


class MeasureField(PlainTextField):
    """A number or a date, in a field for text: one for numbers or dates sends nothing of what it cannot read."""

    def __init__(self, *, question, **kwargs):
        self.question = question
        inputmode = {} if question.is_date else {"inputmode": "decimal" if question.with_decimals else "numeric"}
        if question.lowest.startswith("-") or (question.is_number and not question.lowest):
            inputmode = {}  # the keys of a phone for numbers have no minus
        widget = forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr", **inputmode})
        super().__init__(one_line=True, max_length=LONGEST_MEASURE, widget=widget, **kwargs)

    def clean(self, value):
        """Return the answer as it is kept; '' for none."""
        typed = super().clean(value)
        return typed and self.question.answer_in(typed)


class PlaceSelects(forms.SelectMultiple):
    """A list of places beside each choice; those that are left empty send nothing."""

    def value_from_datadict(self, data, files, name):
        """Return each choice that has a place."""
        return [value for value in super().value_from_datadict(data, files, name) or [] if value]


class RankingBound(forms.BoundField):
    """The field of an order, with what stands beside each choice."""

    @property
    def rows(self):
        """Return each choice with the id of its list, and the value, number and state of each place."""
        chosen, lines = set(self.value() or ()), cast(RankingField, self.field).question.lines
        return [
            {
                "choice": line,
                "id": f"{self.auto_id}_{number}",
                "places": [
                    (value, place, value in chosen)
                    for place in range(1, len(lines) + 1)
                    for value in [ranked(place, line)]
                ],
            }
            for number, line in enumerate(lines)
        ]


class RankingField(forms.MultipleChoiceField):
    """Choices with a place each; some may be left out."""

    widget = PlaceSelects
    has_places_checked = True  # what is only kept for later may be unfinished

    def __init__(self, *, question, **kwargs):
        self.question = question
        super().__init__(choices=question.options, **kwargs)

    def get_bound_field(self, form, field_name):
        """Return the field as it is shown."""
        return RankingBound(form, self, field_name)

    def validate(self, value):
        """Refuse what was not offered, and two choices with one place, two places of one choice, or a gap."""
        super().validate(value)
        if self.has_places_checked:
            self.check_places(value)

    def check_places(self, value):
        """Raise ValidationError unless the places count up from 1, each with another choice."""
        places = [place_of(each) for each in value]
        if twice := next((place for place in places if places.count(place) > 1), None):
            raise forms.ValidationError(
                _("Two choices have place %(place)d. Give each its own place, or leave one out."),
                code="twice",
                params={"place": twice},
            )
        if len({choice_of(each) for each in value}) < len(value):
            raise forms.ValidationError(_("One choice has two places. Leave one of them out."), code="choice_twice")
        if missing := next((place for place in range(1, len(places) + 1) if place not in places), None):
            raise forms.ValidationError(
                _("No choice has place %(place)d. Begin with 1 and go on without a gap."),
                code="gap",
                params={"place": missing},
            )


def name_of(question):
    """Return the name of a question's field."""
    return f"{FIELD_PREFIX}{question.pk}"


def field_for(question):
    """Return the form field that a question is answered with."""
    said = {
        "label": question.label,
        "help_text": question.help_text,
        "required": question.required,
        "error_messages": {"required": REQUIRED[question.kind]},
    }
    if question.is_open:
        return PlainTextField(
            max_length=MAX_TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}), **said
        )
    if question.is_ranking:
        return RankingField(question=question, **said)
    if question.is_measured:
        return MeasureField(question=question, **{**said, "help_text": hint_of(question)})
    if question.kind == Question.Kind.SEVERAL:
        return forms.MultipleChoiceField(choices=question.options, widget=forms.CheckboxSelectMultiple, **said)
    choices = question.options if question.required else [*question.options, NO_ANSWER]
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **said)


def hint_of(question):
    """Return what is said beside the field of a number or a date."""
    form = _("Year, month and day, such as 2026-03-31.") if question.is_date else ""
    return " ".join(str(said) for said in (question.help_text, form, question.limits_said) if said)

"""The field that a question is answered with."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.measures import LONGEST_MEASURE
from consultations.models import Question
from consultations.modes.questionnaire.saved_answers import FIELD_PREFIX
from consultations.submitting.forms import MAX_TEXT_LENGTH, PlainTextField

REQUIRED = {
    Question.Kind.OPEN: _("This question needs an answer: write something."),
    Question.Kind.ONE: _("This question needs an answer: choose one."),
    Question.Kind.SEVERAL: _("This question needs an answer: choose at least one."),
    Question.Kind.SCALE: _("This question needs an answer: choose a step."),
    Question.Kind.NUMBER: _("This question needs an answer: write a number."),
    Question.Kind.DATE: _("This question needs an answer: write a date."),
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

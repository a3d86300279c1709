"""A pledge: a title, and on how many days a week it holds."""

from django import forms

from consultations.submitting.forms import PlainTextField, RevisionForm, SubmissionForm

DAYS_BY_TEXT = {"On one day a week.": 1, "On every working day.": 5, "On all days.": 7}


def title_field():
    return PlainTextField(label="What you will do", one_line=True, max_length=120)


def days_field():
    return forms.ChoiceField(label="How often", choices=[(text, text) for text in DAYS_BY_TEXT])


class PledgeForm(SubmissionForm):
    """A new pledge."""

    kind = "pledge"
    title = title_field()
    text = days_field()


class PledgeRevisionForm(RevisionForm):
    """Another pledge in the place of one."""

    title = title_field()
    text = days_field()

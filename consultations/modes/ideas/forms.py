"""The forms for a new idea and for its author's changes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.models import Kind
from consultations.submitting.forms import PlainTextField, RevisionForm, SubmissionForm

WHAT_AND_WHY = _("What should happen, and why")


def title_field():
    """Return the field for an idea's title."""
    return PlainTextField(
        label=_("Your idea in one line"),
        one_line=True,
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Give your idea a title.")},
    )


class IdeaForm(SubmissionForm):
    """A new idea: a title and what it is about."""

    kind = Kind.IDEA
    title = title_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = WHAT_AND_WHY


class IdeaRevisionForm(RevisionForm):
    """A new title and text for an idea, from its author."""

    title = title_field()
    field_order = ["title", "text"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = WHAT_AND_WHY

"""The form for a comment: on a consultation, on one of its passages, or on what somebody wrote."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from consultations.models import Kind, spokesperson_of
from consultations.modes.comments.mode import COMMENTS
from consultations.submitting.forms import SubmissionForm


class CommentForm(SubmissionForm):
    """A comment or a reply from the website."""

    kind = Kind.COMMENT
    about_passages = True
    officially = forms.BooleanField(required=False)
    field_order = ["text", "officially", "author_name", "author_email"]

    def __init__(self, data=None, **kwargs):
        super().__init__(data, **kwargs)
        self.spokesperson = spokesperson_of(self.request.user)
        if self.spokesperson and self.terms.for_public:
            label = _("This is an official reply, by {}")
            self.fields["officially"].label = format_lazy(label, self.spokesperson)
        else:
            del self.fields["officially"]

    def clean_officially(self):
        """Refuse to speak for the agency without a name: somebody answers for what it says."""
        if self.cleaned_data["officially"] and not self.spokesperson.user.get_full_name():
            raise forms.ValidationError(_("Your account has no name. Ask an administrator to enter it."))
        return self.cleaned_data["officially"]

    def draft(self, *, author_key):
        """Return the unsaved comment; an official one has the account's name, and the role and unit of today."""
        drafted = super().draft(author_key=author_key)
        if self.cleaned_data.get("officially"):
            drafted.author_name = self.spokesperson.user.get_full_name()[:80]
            drafted.official_line = self.spokesperson.line
        return drafted


def form_under(request, page, parent):
    """Return an empty form for a comment on a submission; None while the consultation takes no comments."""
    if not (page.is_taking_part and COMMENTS.is_on(page)):
        return None
    return CommentForm(request=request, consultation=page, parent=parent)

"""The form for a comment: on a consultation, on one of its passages, or on what somebody wrote."""

from consultations.models import Kind
from consultations.modes.comments.mode import COMMENTS
from consultations.submitting.forms import SubmissionForm


class CommentForm(SubmissionForm):
    """A comment or a reply from the website."""

    kind = Kind.COMMENT
    about_passages = True


def form_under(request, page, parent):
    """Return an empty form for a comment on a submission; None while the consultation takes no comments."""
    if not (page.is_taking_part and COMMENTS.is_on(page)):
        return None
    return CommentForm(request=request, consultation=page, parent=parent)

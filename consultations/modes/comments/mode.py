"""The row of comments."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consultations.modes.table import Mode, Submission, SubmissionKind


def thread_address(submission: Submission) -> str:
    """Return the place of a comment or reply on the page of its thread."""
    top = submission.parent if submission.is_reply else submission
    address = reverse("consultations:thread", args=[submission.consultation.slug, top.reference])
    return f"{address}#{submission.reference}"


COMMENTS = Mode(
    key="comments",
    label=_("Comments"),
    lets_people=_("people write what they think of the text or of one passage, reply to each other and support."),
    default=True,
    counted="public comments and replies",
    kinds=(
        SubmissionKind(
            key="comment",
            label=_("Comment"),
            address=thread_address,
            received=_("We have your comment."),
            own=_("Your comment"),
            statement=_("A comment in a public consultation."),
            in_feed=True,
            in_open_data=True,
            importable=True,
        ),
    ),
    urls="consultations.modes.comments.urls.urlpatterns",
    page_part="consultations.modes.comments.page_part.CommentsPart",
)

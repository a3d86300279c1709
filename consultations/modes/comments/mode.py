"""The row of comments."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consultations.modes.table import ExportColumns, Mode, Submission, SubmissionKind


def comment_address(submission: Submission) -> str:
    """Return the address of a comment or reply; that of a reply leads to whichever page of its thread it is on."""
    address = reverse("consultations:thread", args=[submission.consultation.slug, submission.reference])
    return address if submission.is_reply else f"{address}#{submission.reference}"


COMMENTS = Mode(
    key="comments",
    label=_("Comments"),
    lets_people=_("people write what they think of the text or of one passage, reply to each other and support."),
    default=True,
    counted="public comments and replies",
    figures="consultations.modes.comments.threads.count_on_text",
    figure_names=("comments_on_text", "official_replies"),
    kinds=(
        SubmissionKind(
            key="comment",
            label=_("Comment"),
            address=comment_address,
            received=_("We have your comment."),
            own=_("Your comment"),
            what_it_is=_("A comment in a public consultation."),
            in_feed=True,
            in_open_data=True,
            importable=True,
        ),
    ),
    urls="consultations.modes.comments.urls.urlpatterns",
    export=ExportColumns(
        columns={"official": "of an official reply: role and unit of the person who spoke for the agency"},
        fields=("official_line",),
        reader="consultations.modes.comments.export.official_reader",
    ),
    page_part="consultations.modes.comments.page_part.CommentsPart",
)

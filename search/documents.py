"""From a submission to what the index holds of it: one document, or nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from consultations.models import Status
from search.engines.document import Document

if TYPE_CHECKING:
    from consultations.models import Revision, Submission

# Days that an index can hold; an imported date beyond them is a slip of the pen.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2239, 12, 31)
PUBLIC, RESTRICTED = "public", "restricted"
VISIBILITY = {Status.PUBLISHED: PUBLIC, Status.HELD: RESTRICTED, Status.REFUSED: RESTRICTED}


def shown_revision(submission: Submission) -> Revision | None:
    """Return the text that officers may find: the cleared one of what is public, the latest of what is not.

    What has not been screened and what was withdrawn are found by nobody.
    """
    if submission.status == Status.PUBLISHED:
        return submission.cleared
    return submission.current if submission.status in VISIBILITY else None


def to_document(submission: Submission) -> Document | None:
    """Return what the index should hold of a submission; None when it should hold nothing."""
    revision = shown_revision(submission)
    if revision is None:
        return None
    return Document(
        id=submission.pk,
        version=submission.version,
        title=revision.title,
        text=revision.text,
        received_at=submission.received_at,
        day=received_day(submission),
        consultation=str(submission.consultation_id or "none"),
        kind=submission.kind,
        status=submission.status,
        language=submission.language or "und",
        channel=submission.channel,
        visibility=VISIBILITY[submission.status],
    )


def received_day(submission: Submission) -> date:
    """Return the day in the agency's time zone, whatever zone the reader prefers."""
    day = submission.received_at.astimezone(timezone.get_default_timezone()).date()
    return min(max(day, FIRST_DAY), LAST_DAY)

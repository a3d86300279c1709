"""From a submission to what the index holds of it: one document, or nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Case, F, OuterRef, Subquery, When
from django.utils import timezone
from django.utils.crypto import salted_hmac

from consultations.identity import person_key
from consultations.models import Revision, Status
from moderation.models import Screening
from search.engines.document import Document

if TYPE_CHECKING:
    from consultations.models import Submission

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
        person=person_of(submission),
        letter=letter_of(submission, revision),
    )


def person_of(submission: Submission) -> str:
    """Return what is the same for texts of one person; who is not known is a person with each text."""
    account = submission.author_id and person_key("user", str(submission.author_id))
    known = submission.author_key or account or f"submission:{submission.pk}"
    return salted_hmac("search.person", known, algorithm="sha256").hexdigest()[:16]


def letter_of(submission: Submission, revision: Revision) -> int:
    """Return the id of the first text of its campaign, its own when it is alone; `with_letters` spares the query."""
    if hasattr(submission, "campaign_letter"):
        return submission.campaign_letter or submission.pk
    return _letters(_authored(submission.pk, revision.number)).first() or submission.pk


def with_letters(submissions):
    """Read along which letter the shown text of each row belongs to."""
    return with_authored(submissions).annotate(campaign_letter=Subquery(_letters(OuterRef("authored"))[:1]))


def with_authored(submissions):
    """Read along the id of the author's text that the shown one is, or was made from."""
    shown = Case(When(status=Status.PUBLISHED, then=F("cleared__number")), default=F("current__number"))
    rows = submissions.annotate(shown_number=shown)
    return rows.annotate(authored=Subquery(_authored(OuterRef("pk"), OuterRef("shown_number"))))


def _authored(submission, number):
    """Select the author's text that a revision is, or that passages were taken out of to make it.

    Only that one was screened. Its letter says of what was taken out no more than the shown words do: nearly the same
    text as others that may be read.
    """
    texts = Revision.objects.filter(submission=submission, number__lte=number, origin=Revision.Origin.AUTHOR)
    return texts.order_by("-number").values("pk")[:1]


def _letters(revision):
    """Select what the latest screening of a revision says."""
    screenings = Screening.objects.filter(revision=revision).order_by("-pk")
    return screenings.values_list("campaign__letter__submission", flat=True)


def received_day(submission: Submission) -> date:
    """Return the day in the agency's time zone, whatever zone the reader prefers."""
    day = submission.received_at.astimezone(timezone.get_default_timezone()).date()
    return min(max(day, FIRST_DAY), LAST_DAY)

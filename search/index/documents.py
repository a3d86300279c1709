"""From a submission to what the index holds of it: one document, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, Exists, F, OuterRef, Subquery, When
from django.utils.crypto import salted_hmac

from consultations.calendar import agency_day
from consultations.models import Revision, Status
from moderation.models import Screening
from moderation.review.sealing import sealed_texts
from portal.accounts.visitors import person_key
from search.engines.document import Document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consultations.models import Submission

PUBLIC, RESTRICTED, SEALED = "public", "restricted", "sealed"
# What a document is made of; a relay reads no more of each row.
DOCUMENT_FIELDS = (
    "version", "indexed_version", "status", "kind", "consultation", "language", "channel", "received_at",
    "author", "author_key", "question", "response",
)  # fmt: skip
VISIBILITY_BY_STATUS = {Status.PUBLISHED: PUBLIC, Status.HELD: RESTRICTED, Status.REFUSED: RESTRICTED}


def indexed_revision(submission: Submission) -> Revision | None:
    """Return the text that officers may find: the cleared one of what is public, the latest of what is not.

    What has not been screened and what was withdrawn are found by nobody.
    """
    if submission.status == Status.PUBLISHED:
        return submission.cleared
    return submission.current if submission.status in VISIBILITY_BY_STATUS else None


def indexed_words(submission: Submission) -> tuple[str, str] | None:
    """Return title and text of that revision; `with_texts` spares the query."""
    if submission.status not in VISIBILITY_BY_STATUS:
        return None
    if not hasattr(submission, "shown_text"):
        revision = indexed_revision(submission)
        return revision and (revision.title, revision.text)
    return None if submission.shown_text is None else (submission.shown_title, submission.shown_text)


def build_document(submission: Submission) -> Document | None:
    """Return what the index should hold of a submission; None when it should hold nothing."""
    words = indexed_words(submission)
    return words and _document(
        submission, *words, VISIBILITY_BY_STATUS[submission.status], campaign_letter_id(submission)
    )


def build_sealed_documents(submissions: Sequence[Submission]) -> list[Document | None]:
    """Return what the sealed index should hold of each: the text before the latest redaction that stands; two queries.

    What was withdrawn is found by nobody, and of what was erased nothing is left.
    """
    texts = sealed_texts([each for each in submissions if each.status in VISIBILITY_BY_STATUS])
    return [_document(each, *texts[each.pk], SEALED, each.pk) if each.pk in texts else None for each in submissions]


def _document(submission: Submission, title: str, text: str, visibility: str, letter: int) -> Document:
    return Document(
        id=submission.pk,
        version=submission.version,
        title=title,
        text=text,
        received_at=submission.received_at,
        day=agency_day(submission.received_at),
        consultation=str(submission.consultation_id or "none"),
        kind=submission.kind,
        status=submission.status,
        language=submission.language or "und",
        channel=submission.channel,
        visibility=visibility,
        person=person_digest(submission),
        letter=letter,
        answers=answer_keys(submission),
    )


def person_digest(submission: Submission) -> str:
    """Return what is the same for texts of one person; who is not known is a person with each text."""
    account = submission.author_id and person_key("user", str(submission.author_id))
    known = submission.author_key or account or f"submission:{submission.pk}"
    return salted_hmac("search.person", known, algorithm="sha256").hexdigest()[:16]


def answer_keys(submission: Submission) -> tuple[str, ...]:
    """Return the question that a text answers, and what was chosen in the same response, as the index knows them."""
    response = submission.response
    chosen = [each.key for each in response.closed_answers.all()] if response else []
    return tuple(sorted([str(submission.question_id), *chosen])) if submission.question_id else ()


def campaign_letter_id(submission: Submission) -> int:
    """Return the id of the first text of its campaign, its own when it is alone; `with_letters` spares the query."""
    if hasattr(submission, "campaign_letter"):
        return submission.campaign_letter or submission.pk
    shown = indexed_revision(submission)
    return (shown and _letters(_authored(submission.pk, shown.number)).first()) or submission.pk


def with_document_fields(submissions):
    """Read along what documents are made of: texts, letters, what was answered, and whether there was a redaction."""
    redactions = Revision.objects.filter(submission=OuterRef("pk"), origin=Revision.Origin.REDACTION)
    rows = with_campaign_letters(submissions.only(*DOCUMENT_FIELDS)).prefetch_related("response__closed_answers")
    return rows.annotate(shown_title=_shown("title"), shown_text=_shown("text"), ever_redacted=Exists(redactions))


def with_campaign_letters(submissions):
    """Read along which letter the shown text of each row belongs to."""
    return with_authored_revisions(submissions).annotate(campaign_letter=Subquery(_letters(OuterRef("authored"))[:1]))


def with_authored_revisions(submissions):
    """Read along the id of the author's text that the shown one is, or was made from."""
    rows = submissions.annotate(shown_number=_shown("number"))
    return rows.annotate(authored=Subquery(_authored(OuterRef("pk"), OuterRef("shown_number"))))


def _shown(field: str) -> Case:
    """Select a field of the text that officers may find, as `shown_revision` chooses it."""
    return Case(When(status=Status.PUBLISHED, then=F(f"cleared__{field}")), default=F(f"current__{field}"))


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

"""Build the document that the index should hold of a submission."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Subquery, When
from django.utils.crypto import salted_hmac

from consultations.models import ClosedAnswer, Revision, Status
from moderation.models import Screening
from moderation.review.sealing import sealed_texts
from portal.accounts.visitors import person_key
from portal.agency.moments import agency_day
from search.engines.document import Document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consultations.models import Submission

PUBLIC, RESTRICTED, SEALED = "public", "restricted", "sealed"
# What a document is made of; a relay reads no more of each row.
DOCUMENT_FIELDS = (
    "reference", "version", "indexed_version", "status", "kind", "consultation", "language", "channel", "received_at",
    "author", "author_key", "question", "response",
)  # fmt: skip
VISIBILITY_BY_STATUS: Mapping[str, str] = {
    Status.PUBLISHED: PUBLIC,
    Status.HELD: RESTRICTED,
    Status.REFUSED: RESTRICTED,
    Status.NOT_PUBLIC: RESTRICTED,
}


def statuses_in(scope: Sequence[str]) -> list[str]:
    """Return the statuses whose documents lie in a scope, which is some visibilities."""
    return [status for status, visibility in VISIBILITY_BY_STATUS.items() if visibility in scope]


def indexed_revision(submission: Submission) -> Revision | None:
    """Return the revision that officers may find: the cleared one if published, else the current one.

    None for a submission that was not screened or was withdrawn: nobody finds it.
    """
    if submission.status == Status.PUBLISHED:
        return submission.cleared
    return submission.current if submission.status in VISIBILITY_BY_STATUS else None


def findable_revision(submission: Submission) -> Revision:
    """Return the same of a submission that officers may find; raises LookupError for any other."""
    if revision := indexed_revision(submission):
        return revision
    raise LookupError(f"Nobody may find {submission.reference}.")


def indexed_words(submission: Submission) -> tuple[str, str] | None:
    """Return (title, text) of ``indexed_revision``; rows of ``with_document_fields`` need no query."""
    if submission.status not in VISIBILITY_BY_STATUS:
        return None
    if not hasattr(submission, "indexed_text"):
        revision = indexed_revision(submission)
        return (revision.title, revision.text) if revision else None
    row: Any = submission  # as `with_texts` made it
    return None if row.indexed_text is None else (row.indexed_title, row.indexed_text)


def build_document(submission: Submission) -> Document | None:
    """Return the document of a submission for the open index; None when there should be none."""
    words = indexed_words(submission)
    return words and _document(
        submission, *words, VISIBILITY_BY_STATUS[submission.status], campaign_letter_id(submission)
    )


def build_sealed_documents(submissions: Sequence[Submission]) -> list[Document | None]:
    """Return each submission's document for the sealed index: its text before the redaction in force; two queries.

    None for one that was withdrawn or is not redacted; an erased submission has no text left.
    """
    texts: dict[int, tuple[str, str]] = sealed_texts(
        [each for each in submissions if each.status in VISIBILITY_BY_STATUS]
    )
    return [_document(each, *texts[each.pk], SEALED, each.pk) if each.pk in texts else None for each in submissions]


def _document(submission: Submission, title: str, text: str, visibility: str, letter: int) -> Document:
    return Document(
        id=submission.pk,
        reference=submission.reference,
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
    """Return a digest that is equal for all texts of one sender; an unknown sender gets one per submission."""
    account = submission.author_id and person_key("user", str(submission.author_id))
    known = submission.author_key or account or f"submission:{submission.pk}"
    return salted_hmac("search.person", known, algorithm="sha256").hexdigest()[:16]


def answer_keys(submission: Submission) -> tuple[str, ...]:
    """Return the answers of a submission in the format of ``Document.answers``."""
    response = submission.response
    chosen = [each.key for each in response.closed_answers.all() if each.has_key] if response else []
    return tuple(sorted([str(submission.question_id), *chosen])) if submission.question_id else ()


def campaign_letter_id(submission: Submission) -> int:
    """Return the id of the first submission of the campaign, the own id outside campaigns.

    Rows of ``with_campaign_letters`` need no query.
    """
    if hasattr(submission, "campaign_letter"):
        return submission.campaign_letter or submission.pk
    shown = indexed_revision(submission)
    return (shown and _campaign_letters(_authored_revision(submission.pk, shown.number)).first()) or submission.pk


def with_document_fields(submissions):
    """Annotate and prefetch everything that documents are built from."""
    redactions = Revision.objects.filter(submission=OuterRef("pk"), origin=Revision.Origin.REDACTION)
    # Joined, not prefetched: SQLite would get a condition for each response, and refuses a thousand of them.
    joined = submissions.only(*DOCUMENT_FIELDS, "response__id").select_related("response")
    answers = ClosedAnswer.objects.select_related("question").only("response_id", "value", "question__kind")
    rows = with_campaign_letters(joined).prefetch_related(Prefetch("response__closed_answers", answers))
    return rows.annotate(
        indexed_title=_indexed_field("title"), indexed_text=_indexed_field("text"), ever_redacted=Exists(redactions)
    )


def with_campaign_letters(submissions):
    """Annotate ``campaign_letter``: the letter of the campaign of the indexed text."""
    return with_authored_revisions(submissions).annotate(
        campaign_letter=Subquery(_campaign_letters(OuterRef("authored"))[:1])
    )


def with_authored_revisions(submissions):
    """Annotate ``authored``: the id of the author's revision that the indexed one is, or was redacted from."""
    rows = submissions.annotate(indexed_number=_indexed_field("number"))
    return rows.annotate(authored=Subquery(_authored_revision(OuterRef("pk"), OuterRef("indexed_number"))))


def _indexed_field(field: str) -> Case:
    """Return an expression for a field of the revision that ``indexed_revision`` chooses."""
    return Case(When(status=Status.PUBLISHED, then=F(f"cleared__{field}")), default=F(f"current__{field}"))


def _authored_revision(submission, number):
    """Select the author's revision that a revision is, or was redacted from.

    Only the author's revision is screened. Its letter reveals nothing redacted: the letter is the shared text, which
    other submissions show.
    """
    texts = Revision.objects.filter(submission=submission, number__lte=number, origin=Revision.Origin.AUTHOR)
    return texts.order_by("-number").values("pk")[:1]


def _campaign_letters(revision):
    """Select the letter of the latest screening of a revision."""
    screenings = Screening.objects.filter(revision=revision).order_by("-pk")
    return screenings.values_list("campaign__letter__submission", flat=True)

"""Campaign letters: their copies, and what each sender changed."""

from dataclasses import dataclass

from django.db.models import Case, Q, Value, When

from consultations.models import Revision, Status, Submission
from moderation.models import Screening
from portal.word_difference import Change, difference
from search.index.documents import findable_revision, statuses_in, with_campaign_letters

REDACTION = Revision.Origin.REDACTION
IS_REDACTED = Q(status=Status.PUBLISHED, cleared__origin=REDACTION) | (
    ~Q(status=Status.PUBLISHED) & Q(current__origin=REDACTION)
)


@dataclass(frozen=True, slots=True)
class LetterCopy:
    """One copy of a letter and its sender's changes; ``redacted`` when a moderator took passages out."""

    submission: Submission
    changes: tuple[Change, ...]
    redacted: bool


def copies_of_letter(scope, letter: int):
    """Select the copies of a letter in a scope, redacted ones last, then by id.

    The first one is the letter as sent, unless every copy was redacted.
    """
    screened = Screening.objects.filter(campaign__letter__submission=letter)
    texts = screened.values("revision")
    whole = Q(status=Status.PUBLISHED, cleared__in=texts) | (~Q(status=Status.PUBLISHED) & Q(current__in=texts))
    others = Submission.objects.filter(IS_REDACTED, pk__in=screened.values("revision__submission"))
    redacted = with_campaign_letters(others).filter(campaign_letter=letter).values("pk")
    rows = Submission.objects.filter(whole | Q(pk__in=redacted), status__in=statuses_in(scope))
    last = Case(When(IS_REDACTED, then=Value(1)), default=Value(0))
    return rows.select_related("current", "cleared").order_by(last, "pk")


def compare_copy(words: str, submission: Submission) -> LetterCopy:
    """Compare a copy with the letter; passages that a moderator took out are no deletions by the sender."""
    revision = findable_revision(submission)
    redacted = revision.origin == REDACTION
    changes = text_changes(words, revision.text)
    return LetterCopy(submission, tuple(c for c in changes if not (redacted and c.kind == "gone")), redacted)


def text_changes(before: str, after: str) -> tuple[Change, ...]:
    """Return the changes between two texts without unchanged parts and whitespace."""
    changes = [change for change in difference(before, after) if change.kind != "same" and change.text.strip()]
    return tuple(Change(change.kind, change.text.lstrip(" .,;:\n") or change.text) for change in changes)

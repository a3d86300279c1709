"""Texts of the past, each with what the rules could know of it when it came in.

They are read in pieces: a few queries for a thousand texts, and memory for no more than that, beside the counts of
what was sent more than once. Of the texts of a submission the latest that its author wrote is read, also when a
moderator has taken passages out of it since.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from consultations.models import ConsultationPage, Revision, Submission
from consultations.models.pages import Moderation
from moderation.detectors import Context
from moderation.models import Crisis, Decision, ModerationSettings, Screening
from moderation.screening.topic import topic_of

PAST_TEXTS_PER_QUERY = 1000
PAST_SUBMISSION_COLUMNS = (
    "pk kind consultation_id channel language author_id author_email author_key author_name by_staff support_count "
    "received_at current_id current__origin current__title current__text published_before"
).split()


class RevisionText(NamedTuple):
    """One revision's words."""

    revision: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class PastText:
    """A text with its circumstances; `decided` is what people last decided about it, "" when nobody did."""

    revision_text: RevisionText
    name: str
    context: Context
    received_at: datetime  # in the agency's time zone
    read_first: bool  # its consultation has everything read, whatever the rules say
    support: int
    author: str  # new, known (something of theirs was public before) or unknown
    decided: str
    imported: bool  # that decision was made elsewhere, before the text came to us


class PastTextReader:
    """Reads texts of the past, for rules that ask for the given things."""

    def __init__(self, asks: frozenset[str]):
        known = ModerationSettings.load()
        self.usual = Context(
            staff_domains=tuple(known.staff_domains.lower().split()),
            public_people=tuple(known.public_people.split("\n")) if known.public_people else (),
            regions=tuple(known.phone_regions.split()),
            own_contacts=tuple(known.own_contacts.split("\n")) if known.own_contacts else (),
            own_domains=tuple(known.own_domains.split()),
            maximum_length=known.maximum_length,
        )
        self.with_topic = "off_topic" in asks
        pages = ConsultationPage.objects.all()
        self.pages = {page.pk: page for page in (pages if self.with_topic else pages.only("slug", "moderation"))}
        self.topics: dict[int, dict[str, float]] = {}
        self.crises = list(Crisis.objects.exclude(started_at=None))

    def texts(self, submissions) -> Iterator[list[PastText]]:
        """Yield the texts of a selection in pieces, in the order in which they came."""
        before = CopyCounter(submissions.order_by("pk").values_list("pk", flat=True).first() or 0)
        for rows in row_batches(submissions):
            words = latest_author_texts(rows)
            yield self.with_circumstances([(row, words[row.pk]) for row in rows], before)

    def with_circumstances(self, pairs, before: "CopyCounter") -> list[PastText]:
        """Return rows and their words as texts of the past."""
        ids = [words.revision for _row, words in pairs]
        decided, screened = latest_decisions(ids), latest_screenings(ids)
        return [self.text_of(row, words, decided, screened, before) for row, words in pairs]

    def text_of(self, row, words, decided, screened, before) -> PastText:
        """Return one text with what was known of it."""
        received_at = timezone.localtime(row.received_at)
        page = self.pages.get(row.consultation_id)
        mark, campaign = screened.get(words.revision, ("", None))
        action, imported = decided.get(words.revision, ("", False))
        return PastText(
            revision_text=words,
            name=row.author_name,
            context=self.context_of(row, page, received_at, before.count(row, mark, campaign)),
            received_at=received_at,
            read_first=page is not None and page.moderation == Moderation.BEFORE,
            support=row.support_count,
            author="unknown" if not row.author_key else "known" if row.published_before else "new",
            decided=action,
            imported=imported,
        )

    def context_of(self, row, page, received_at, counts: "CopyCounts") -> Context:
        """Return the context that `screening.screen.context_of` gave the rules when the text came in, as far as known.

        How many texts of the author were public then is only none or some: no condition asks for more.
        """
        return replace(
            self.usual,
            consultation=page.slug if page else "",
            kind=row.kind,
            language=row.language,
            channel=row.channel,
            today=received_at.date(),
            crisis_level=self.crisis_level(row.received_at) if self.crises else 0,
            signed_in=row.author_id is not None,
            staff=row.by_staff,
            published=int(row.published_before),
            author_domain=row.author_email.rpartition("@")[2].lower(),
            topic=self.topic_of(page) if self.with_topic else {},
            copies=counts.copies,
            own_copies=counts.own_copies,
            near_copies=counts.near_copies,
        )

    def topic_of(self, page) -> dict[str, float]:
        """Return the words of a consultation as they are now, worked out once."""
        if page is None:
            return {}
        if page.pk not in self.topics:
            self.topics[page.pk] = topic_of(page)
        return self.topics[page.pk]

    def crisis_level(self, at: datetime) -> int:
        """Return the level that was in force at a moment."""
        levels = (
            crisis.level
            for crisis in self.crises
            if crisis.started_at <= at < crisis.expires_at and not (crisis.ended_at and crisis.ended_at <= at)
        )
        return max(levels, default=0)


def submission_rows(submissions):
    """Select what has to be known of each submission."""
    theirs = Submission.objects.public().filter(author_key=OuterRef("author_key"), pk__lt=OuterRef("pk"))
    # Said again, the key's not being empty lets SQLite use the partial index.
    rows = submissions.annotate(published_before=Exists(theirs.exclude(author_key="")))
    return rows.order_by("pk").values_list(*PAST_SUBMISSION_COLUMNS, named=True)


def row_batches(submissions) -> Iterator[list]:
    """Yield the rows of a selection in pieces, by id."""
    last = 0
    while piece := list(submission_rows(submissions).filter(pk__gt=last)[:PAST_TEXTS_PER_QUERY]):
        yield piece
        last = piece[-1].pk


def latest_author_texts(rows: Iterable) -> dict[int, RevisionText]:
    """Return the latest words of each submission's author; a redaction is a moderator's text."""
    words = {row.pk: RevisionText(row.current_id, row.current__title, row.current__text) for row in rows}
    redacted = [row.pk for row in rows if row.current__origin != Revision.Origin.AUTHOR]
    if redacted:
        theirs = Revision.objects.filter(submission__in=redacted, origin=Revision.Origin.AUTHOR).order_by("number")
        for submission, *rest in theirs.values_list("submission_id", "pk", "title", "text"):
            words[submission] = RevisionText(*rest)
    return words


def latest_decisions(revisions: list[int]) -> dict[int, tuple[str, bool]]:
    """Return what people last decided about each revision, and whether that was before it came to us."""
    standing = Decision.objects.not_undone().filter(revision__in=revisions).order_by("pk")
    return {revision: rest for revision, *rest in standing.values_list("revision_id", "action", "imported")}


def latest_screenings(revisions: list[int]) -> dict[int, tuple[str, int | None]]:
    """Return the fingerprint and the campaign of each revision, as its latest screening knew them."""
    screened = Screening.objects.filter(revision__in=revisions).order_by("pk")
    return {revision: rest for revision, *rest in screened.values_list("revision_id", "fingerprint", "campaign_id")}


class CopyCounts(NamedTuple):
    """How often a text had been sent before."""

    copies: int
    own_copies: int
    near_copies: int


class CopyCounter:
    """Counts along the way how often each text was sent before; only those that exist more than once are kept."""

    def __init__(self, first: int):
        alike = Screening.objects.exclude(fingerprint="").values("fingerprint").annotate(count=Count("pk"))
        repeated = alike.filter(count__gt=1).values("fingerprint")
        earlier = Screening.objects.filter(revision__submission__lt=first)
        self.repeated = set(repeated.values_list("fingerprint", flat=True))
        self.copies: Counter = Counter()
        self.own: Counter = Counter()
        place = [f"revision__submission__{name}" for name in ("consultation", "author_key")]
        rows = earlier.filter(fingerprint__in=repeated).order_by().values_list("fingerprint", *place)
        for mark, consultation, author, count in rows.annotate(Count("revision__submission", distinct=True)):
            self.add(mark, consultation, author, count)
        members = earlier.exclude(campaign=None).order_by().values_list("campaign").annotate(Count("pk"))
        self.campaigns = Counter(dict(members))

    def add(self, mark, consultation, author, count=1):
        """Note that a text was sent."""
        self.copies[consultation, mark] += count
        if author:
            self.own[consultation, mark, author] += count

    def count(self, row, mark: str, campaign: int | None) -> CopyCounts:
        """Return how often the text of a row was sent before, and note that it was sent once more."""
        copies = own = 0
        if mark in self.repeated:
            copies = self.copies[row.consultation_id, mark]
            own = self.own[row.consultation_id, mark, row.author_key]
            self.add(mark, row.consultation_id, row.author_key)
        near = self.campaigns[campaign] if campaign else 0
        if campaign:
            self.campaigns[campaign] += 1
        return CopyCounts(copies, own, max(near - copies, 0))

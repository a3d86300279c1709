"""Past texts, each with the context that the rules had when it was received.

Texts are read in batches of a thousand with a few queries each; only the counts of repeated texts are kept in memory.
The latest revision by the author is read, also when a moderator has redacted it.
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
    """The title and text of a revision, with its id."""

    revision: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class PastText:
    """A past text with its context; `decided` is the action of the last decision on it, or ""."""

    revision_text: RevisionText
    name: str
    context: Context
    received_at: datetime  # in the agency's time zone
    read_first: bool  # its consultation reviews every text before publication
    support: int
    author: str  # new, known (had a public text before) or unknown (no author key)
    decided: str
    imported: bool  # the decision was made in another system


class PastTextReader:
    """Reads past texts; `asks` names the optional parts of the context that the rules need."""

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
        """Yield the texts of a queryset of submissions in batches, oldest first."""
        before = CopyCounter(submissions.order_by("pk").values_list("pk", flat=True).first() or 0)
        for rows in row_batches(submissions):
            words = latest_author_texts(rows)
            yield self.with_circumstances([(row, words[row.pk]) for row in rows], before)

    def with_circumstances(self, pairs, before: "CopyCounter") -> list[PastText]:
        """Return pairs of submission row and revision text as past texts."""
        ids = [words.revision for _row, words in pairs]
        decided, screened = latest_decisions(ids), latest_screenings(ids)
        return [self.text_of(row, words, decided, screened, before) for row, words in pairs]

    def text_of(self, row, words, decided, screened, before) -> PastText:
        """Return one past text."""
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
        """Rebuild the context that `screening.screen.context_of` gave the rules when the text was received.

        `published` is 0 or 1 only: no condition needs the exact number of the author's public texts.
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
        """Return the topic words of a consultation in its current wording, computed once."""
        if page is None:
            return {}
        if page.pk not in self.topics:
            self.topics[page.pk] = topic_of(page)
        return self.topics[page.pk]

    def crisis_level(self, at: datetime) -> int:
        """Return the crisis level in force at a time."""
        levels = (
            crisis.level
            for crisis in self.crises
            if crisis.started_at <= at < crisis.expires_at and not (crisis.ended_at and crisis.ended_at <= at)
        )
        return max(levels, default=0)


def submission_rows(submissions):
    """Select the needed columns of submissions as named rows, by id."""
    theirs = Submission.objects.public().filter(author_key=OuterRef("author_key"), pk__lt=OuterRef("pk"))
    # The repeated condition on the key lets SQLite use the partial index.
    rows = submissions.annotate(published_before=Exists(theirs.exclude(author_key="")))
    return rows.order_by("pk").values_list(*PAST_SUBMISSION_COLUMNS, named=True)


def row_batches(submissions) -> Iterator[list]:
    """Yield the rows of a queryset in batches, by id."""
    last = 0
    while piece := list(submission_rows(submissions).filter(pk__gt=last)[:PAST_TEXTS_PER_QUERY]):
        yield piece
        last = piece[-1].pk


def latest_author_texts(rows: Iterable) -> dict[int, RevisionText]:
    """Return the author's latest text by submission id; a redaction is a moderator's text."""
    words = {row.pk: RevisionText(row.current_id, row.current__title, row.current__text) for row in rows}
    redacted = [row.pk for row in rows if row.current__origin != Revision.Origin.AUTHOR]
    if redacted:
        theirs = Revision.objects.filter(submission__in=redacted, origin=Revision.Origin.AUTHOR).order_by("number")
        for submission, *rest in theirs.values_list("submission_id", "pk", "title", "text"):
            words[submission] = RevisionText(*rest)
    return words


def latest_decisions(revisions: list[int]) -> dict[int, tuple[str, bool]]:
    """Return the last decision's action, and whether it was imported, by revision id."""
    decisions = Decision.objects.not_undone().filter(revision__in=revisions).order_by("pk")
    return {revision: rest for revision, *rest in decisions.values_list("revision_id", "action", "imported")}


def latest_screenings(revisions: list[int]) -> dict[int, tuple[str, int | None]]:
    """Return the fingerprint and campaign of the latest screening by revision id."""
    screened = Screening.objects.filter(revision__in=revisions).order_by("pk")
    return {revision: rest for revision, *rest in screened.values_list("revision_id", "fingerprint", "campaign_id")}


class CopyCounts(NamedTuple):
    """How often a text was sent before: exactly, by the same author, and nearly word for word."""

    copies: int
    own_copies: int
    near_copies: int


class CopyCounter:
    """Counts how often each text was sent before, while texts are read; only repeated fingerprints are kept."""

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
        """Add texts with a fingerprint to the counts."""
        self.copies[consultation, mark] += count
        if author:
            self.own[consultation, mark, author] += count

    def count(self, row, mark: str, campaign: int | None) -> CopyCounts:
        """Return how often a row's text was sent before, and count it."""
        copies = own = 0
        if mark in self.repeated:
            copies = self.copies[row.consultation_id, mark]
            own = self.own[row.consultation_id, mark, row.author_key]
            self.add(mark, row.consultation_id, row.author_key)
        near = self.campaigns[campaign] if campaign else 0
        if campaign:
            self.campaigns[campaign] += 1
        return CopyCounts(copies, own, max(near - copies, 0))

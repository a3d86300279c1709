"""A consultation that many took part in: rows as the website leaves them, written in bulk."""

import random
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bench.screening import made_up_comments
from consultations.models import ConsultationPage, Event, EventKind, Kind, Revision, Status, Submission
from consultations.models.references import new_reference
from consultations.receipt_links import receipt_key
from moderation.models import PolicyVersion, Screening
from moderation.text.normalised import fingerprint
from portal.accounts.visitors import VISITOR_COOKIE, Visitor, person_key
from portal.demo import loader

ON_ONE_IDEA = 20
REPLIES = 5  # one text in so many is a reply


@dataclass(frozen=True, slots=True)
class Seeded:
    """What the measurement asks for."""

    page: ConsultationPage
    newest: Submission
    idea: Submission
    receipt: str
    cookie: str  # of a browser that sent something


def seed(site_url: str, comments: int, ideas: int) -> Seeded:
    """Fill an empty site with the sample agency and one consultation with so many comments and ideas."""
    loader.load_agency(site_url)
    page = loader.load_consultation("night-buses")
    texts = iter(made_up_comments(comments + ideas + ON_ONE_IDEA + 1))
    replies = comments // REPLIES
    opening = written([draft(page, n) for n in range(comments - replies)], texts)
    written([draft(page, n, parent=opening[-1 - 2 * n % len(opening)]) for n in range(replies)], texts)
    proposed = written([draft(page, n, kind=Kind.IDEA) for n in range(ideas)], texts)
    written([draft(page, n, parent=proposed[-1]) for n in range(ON_ONE_IDEA)], texts)
    count_replies()
    own = Submission.receive(kind=Kind.IDEA, consultation=page, title="A lamp at each stop", text=next(texts))
    receipt = f"/receipts/{own.reference}/?key={receipt_key(own.reference)}"
    cookie = Visitor("", "bench").remembered(HttpRequest(), HttpResponse()).cookies[VISITOR_COOKIE].OutputString([])
    return Seeded(page, opening[-1], proposed[-1], receipt, cookie)


def draft(page, n, *, kind=Kind.COMMENT, parent=None):
    """Return a published submission that has no text yet; the higher the number, the newer."""
    chance = random.Random(n)
    return Submission(
        reference=new_reference(),
        kind=kind,
        consultation=page,
        parent=parent,
        passage=chance.choice(["", "", *page.passage_titles]) if kind == Kind.COMMENT and not parent else "",
        status=Status.PUBLISHED,
        author_name=chance.choice(["", "Amira K.", "Tom", "Nguyễn Thị Lan", "K. Whitfield"]),
        author_key=person_key("bench", str(n)),
        language="en",
        received_at=timezone.now() - timedelta(days=20) + timedelta(minutes=n),
        support_count=chance.randint(0, 40),
        version=3,
        indexed_version=3,
    )


def written(drafts, texts):
    """Store submissions with their first revision, screening and events, as `receive` would."""
    version = PolicyVersion.current()
    drafts = Submission.objects.bulk_create(drafts, batch_size=500)
    revisions = Revision.objects.bulk_create(
        [
            Revision(submission=one, number=1, title=title_of(one), text=next(texts), created_at=one.received_at)
            for one in drafts
        ]
    )
    Screening.objects.bulk_create(
        Screening(revision=each, version=version, action="publish", fingerprint=fingerprint(each.text))
        for each in revisions
    )
    Event.objects.bulk_create(
        Event(
            kind=kind,
            submission=each.submission,
            consultation_id=each.submission.consultation_id,
            revision=each,
            status=status,
            created_at=each.created_at,
        )
        for each in revisions
        for kind, status in ((EventKind.RECEIVED, Status.RECEIVED), (EventKind.PUBLISHED, Status.PUBLISHED))
    )
    first = Subquery(Revision.objects.filter(submission=OuterRef("pk")).values("pk")[:1])
    Submission.objects.filter(current=None).update(current=first, cleared=first)
    return drafts


def title_of(submission):
    """Return a title for an idea."""
    return f"Idea for {submission.reference}" if submission.kind == Kind.IDEA else ""


def count_replies():
    """Set the count of public replies on everything that has any."""
    public = Q(replies__status=Status.PUBLISHED)
    for parent in Submission.objects.annotate(n=Count("replies", filter=public)).filter(n__gt=0):
        Submission.objects.filter(pk=parent.pk).update(reply_count=parent.n)

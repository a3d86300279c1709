"""News: what the agency did with its consultations, newest first, for everybody who follows a feed."""

from dataclasses import dataclass
from datetime import datetime

from consultations.follow_letters import line_about
from consultations.following import EVENTS_TOLD, published_before
from consultations.models import ConsultationPage, Event
from consultations.submission_lists import with_parent

NEWS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened to a consultation: what it means for a reader now, and where one reads on."""

    title: str
    lines: tuple[str, ...]
    address: str
    key: str  # tells it apart from all others, also when titles and addresses change
    happened_at: datetime
    told_at: datetime


def public_news(page=None):
    """Return the news of a consultation that the reader may open, or of all that everybody may: three queries at most.

    They are the events that followers are written about, in the same words; what has been overtaken is left out.
    """
    public = ConsultationPage.objects.live().public()
    events = Event.objects.filter(EVENTS_TOLD, consultation__in=public.values("pk") if page is None else [page.pk])
    about = (
        events.exclude(published_before())
        .select_related("submission__parent", "text_version")
        .defer("text_version__body")
    )
    newest = list(about.order_by("-pk")[:NEWS_SHOWN])
    pages = {page.pk: page} if page else public.defer("body").in_bulk({event.consultation_id for event in newest})
    told = ((event, pages[event.consultation_id]) for event in newest if event.consultation_id in pages)
    return [news_of(event, page, line) for event, page in told if (line := line_about(event, page))]


def news_of(event, page, line):
    """Return an event as news, in the line that tells of it."""
    title, *more = line.split("\n")
    reply = event.submission and with_parent(event.submission, page)
    return News(
        title=f"{page.title}: {title}",
        lines=(page.summary, *more),
        address=(reply or page).get_absolute_url(),
        key=f"{page.translation_key}/{event.kind}/{event.created_at.timestamp():.6f}",
        happened_at=event.due_at or event.created_at,
        told_at=event.created_at,
    )

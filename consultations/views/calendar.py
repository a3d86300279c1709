"""The dates of consultations, for a calendar."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.access import consultation_or_404
from consultations.icalendar import CalendarEntry, calendar_file
from consultations.models import ConsultationPage, Event, EventKind, State
from portal.agency.branding import branding
from portal.http.page_cache import public_page

CALENDAR_LOOKS_BACK = timedelta(days=365)
REVISES_DATES = (  # the kinds of event after which an entry may say something else
    EventKind.CONSULTATION_PUBLISHED,
    EventKind.CONSULTATION_CHANGED,
    EventKind.CONSULTATION_EXTENDED,
    EventKind.CONSULTATION_CLOSED_EARLY,
)


@public_page()
def consultation_calendar(request, slug):
    """Return the closing moment as a calendar entry; until the consultation opens, the opening moment before it."""
    page = consultation_or_404(request, slug)
    [page.sequence, page.dates_changed_at] = revisions_of(page)
    is_upcoming = page.state == State.UPCOMING
    entries = [opening_entry(page), closing_entry(page)] if is_upcoming else [closing_entry(page)]
    return calendar_response(entries, page.title, page.slug)


@public_page()
def whole_calendar(request):
    """Return the openings and closings of all public consultations, those of the last year included."""
    public = ConsultationPage.objects.live().public().without_content()
    recent = public.filter(closes_at__gt=timezone.now() - CALENDAR_LOOKS_BACK).order_by("opens_at", "pk")
    entries = [entry for page in with_revisions(recent) for entry in (opening_entry(page), closing_entry(page))]
    return calendar_response(entries, _("Consultations: %s") % branding()["name"], "consultations")


def with_revisions(consultations):
    """Annotate how often the dates may have been revised, as ``sequence``, and when last."""
    events = Event.objects.filter(consultation=OuterRef("pk"), kind__in=REVISES_DATES).order_by().values("consultation")
    return consultations.annotate(
        sequence=Coalesce(Subquery(events.annotate(n=Count("pk")).values("n")), 0),
        dates_changed_at=Coalesce(
            Subquery(events.annotate(last=Max("created_at")).values("last")), "last_published_at", F("opens_at")
        ),
    )


def revisions_of(page):
    """Return the same two of one consultation."""
    row = with_revisions(ConsultationPage.objects.filter(pk=page.pk).order_by())
    return row.values_list("sequence", "dates_changed_at").get()


def opening_entry(page):
    """Return the opening of a consultation."""
    return entry_of(page, page.opens_at, _("Opens: %s") % page.title, "-opens")


def closing_entry(page):
    """Return the closing of a consultation."""
    return entry_of(page, page.closes_at, _("Closes: %s") % page.title)


def entry_of(page, moment, summary, key=""):
    """Return an entry; ``key`` tells a consultation's entries apart."""
    return CalendarEntry(
        uid=f"consultation-{page.pk}{key}@{urlsplit(settings.SITE_URL).hostname}",
        summary=summary,
        description=page.summary,
        address=f"{settings.SITE_URL}{page.get_absolute_url()}",
        at=moment,
        changed_at=page.dates_changed_at,
        sequence=page.sequence,
    )


def calendar_response(entries, name, filename):
    """Return the entries as a file to keep."""
    response = HttpResponse(calendar_file(entries, name), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}.ics"'
    return response

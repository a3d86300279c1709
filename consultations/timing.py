"""Changes of a public consultation that people have to be told of: closed early, open longer, taken off the site."""

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction

from consultations.models import ConsultationPage, Event, EventKind
from consultations.page_events import remember_first_closing
from portal.agency.moments import day_and_time
from portal.audit import record

CHANGE_TIMING = "consultations.change_timing"
TIME_CHANGES = (EventKind.CONSULTATION_CLOSED_EARLY, EventKind.CONSULTATION_EXTENDED)


class TimingUnchanged(Exception):
    """A change of time that cannot be made; its message says why."""


class ClosedAlready(TimingUnchanged):
    """A wish to close what has closed, such as a second press of the button."""


@transaction.atomic
def move_closing(pk, closes_at, *, reason, actor):
    """Let a public consultation close at another moment, for a reason that stands on its page; return the page.

    Raise TimingUnchanged for one that is not public, has an outcome, or would close before it opens; ClosedAlready
    for one that is closed and would stay so. Forms that were open at the old closing time are taken for as long
    afterwards as after any closing.
    """
    page = locked_public_page(pk)
    before, was_open = page.closes_at, page.is_open
    if page.outcome:
        raise TimingUnchanged(_("Its outcome is public, so it stays closed."))
    if max(before, closes_at) <= timezone.now():
        raise ClosedAlready(_("It has closed already: %s.") % day_and_time(before))
    if closes_at == before or closes_at <= page.opens_at:
        raise TimingUnchanged(_("Choose another moment, after its opening."))
    remember_first_closing(page, before)  # of a page that was published before we kept it
    page.closes_at = closes_at
    page.save(update_fields=["closes_at"])
    longer = closes_at > before
    kind = EventKind.CONSULTATION_EXTENDED if longer else EventKind.CONSULTATION_CLOSED_EARLY
    Event.objects.record(kind, consultation=page, actor=actor, note=reason)
    if page.is_open and not was_open and page.opens_at <= timezone.now():
        Event.objects.record(EventKind.CONSULTATION_OPENED, consultation=page, actor=actor, note=_("open again"))
    moments = {"before": before.isoformat(), "after": closes_at.isoformat()}
    record(
        f"consultation.{'extended' if longer else 'closed_early'}", actor=actor, subject=page, reason=reason, **moments
    )
    return page


@transaction.atomic
def take_off_site(pk, *, reason, actor):
    """Unpublish a consultation for a reason that stands at its address and in the ledger; return the page."""
    page = locked_public_page(pk)
    page.unpublishing_reason = reason  # read by what hears of it: the event, and the entry in the ledger
    UnpublishPageAction(page, user=actor).execute(skip_permission_checks=True)
    return page


def locked_public_page(pk):
    """Return a public consultation with its row locked; raise TimingUnchanged for any other."""
    page = ConsultationPage.objects.select_for_update(of=("self",)).filter(pk=pk, live=True).first()
    if page is None:
        raise TimingUnchanged(_("It is not public, so its draft can simply be changed."))
    return page


def with_reason_for_time(consultations):
    """Annotate why the closing time was last changed as ``reason_for_time``, or None."""
    changes = Event.objects.filter(consultation=OuterRef("pk"), kind__in=TIME_CHANGES).order_by("-pk")
    return consultations.annotate(reason_for_time=Subquery(changes.values("note")[:1]))


def taken_off(slug):
    """Return a consultation that was taken off the site, and the event that says why; None for any other address."""
    page = ConsultationPage.objects.filter(live=False, slug=slug).without_content().first()
    event = page and page.events.filter(kind=EventKind.CONSULTATION_UNPUBLISHED).order_by("-pk").first()
    hidden = page is None or page.get_view_restrictions().exists()
    return {"page": page, "event": event} if event and event.note and not hidden else None

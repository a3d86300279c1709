"""Changes of a public consultation that people have to be told of: closed early, open longer, taken off the site."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction

from consultations.models import ConsultationPage, Event, EventKind, ParticipationPause
from consultations.models.sign_off import closing_problem
from consultations.page_events import remember_first_closing
from portal.agency.moments import agency_day, day_and_time
from portal.audit import record
from portal.audit.models import AuditEntry

CHANGE_TIMING = "consultations.change_timing"
LEDGER_ACTIONS = {
    EventKind.CONSULTATION_CLOSED_EARLY: "consultation.closed_early",
    EventKind.CONSULTATION_EXTENDED: "consultation.extended",
}
TIME_CHANGES = tuple(LEDGER_ACTIONS)


class TimingUnchanged(Exception):
    """A change of time that cannot be made; its message says why."""


class ClosingRefused(TimingUnchanged):
    """A closing time at which no consultation may close, or not this one."""


class ClosedAlready(TimingUnchanged):
    """A wish to close what has closed, such as a second press of the button."""


@transaction.atomic
def move_closing(pk, closes_at, *, reason, actor):
    """Let a public consultation close at another moment, for a reason that stands on its page; return the page.

    Raise TimingUnchanged for one that is not public or has an outcome, ClosedAlready for one that is closed and would
    stay so, ClosingRefused for a time that cannot be. Forms that were open at the old closing time are taken for as
    long afterwards as after any closing.
    """
    page = locked_public_page(pk)
    before, was_open = page.closes_at, page.is_open
    if page.outcome:
        raise TimingUnchanged(_("Its outcome is public, so it stays closed."))
    if max(before, closes_at) <= timezone.now():
        raise ClosedAlready(_("It has closed already: %s.") % day_and_time(before))
    if closes_at == before or closes_at <= page.opens_at:
        raise ClosingRefused(_("Choose another moment, after its opening."))
    if closes_at > timezone.now() and (problem := closing_problem(closes_at, page.answer_due)):
        raise ClosingRefused(problem)
    refuse_closing_in_pause(page, closes_at)
    remember_first_closing(page, before)  # of a page that was published before we kept it
    page.closes_at = closes_at
    page.save(update_fields=["closes_at"])
    longer = closes_at > before
    kind = EventKind.CONSULTATION_EXTENDED if longer else EventKind.CONSULTATION_CLOSED_EARLY
    Event.objects.record(kind, consultation=page, actor=actor, note=reason)
    if page.is_open and not was_open and page.opens_at <= timezone.now():
        Event.objects.record(EventKind.CONSULTATION_OPENED, consultation=page, actor=actor, note=_("open again"))
    moments = {"before": before.isoformat(), "after": closes_at.isoformat()}
    record(LEDGER_ACTIONS[kind], actor=actor, subject=page, reason=reason, **moments)
    return page


def refuse_closing_in_pause(page, closes_at):
    """Raise ClosingRefused for an earlier closing during a pause: until then nobody could take part any more."""
    pause = ParticipationPause.objects.in_force().of_page(page).first()
    if pause and timezone.now() < closes_at < min(page.closes_at, pause.ends_at):
        says = _("Taking part is paused until %s. Choose a later moment, end the pause first, or close it now.")
        raise ClosingRefused(says % day_and_time(pause.ends_at))


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


def timeline_entries(page, closings):
    """Return the days of closing times that the page's timeline has an entry for, earliest first.

    The timeline is the editor's own text: it does not move along with the closing time.
    """
    instant = timedelta(microseconds=1)  # midnight is told as the end of the day before
    days = {agency_day(moment - late) for moment in closings for late in (timedelta(), instant)}
    timelines = (block.value for block in page.body if block.block_type == "timeline")
    return sorted(days & {entry["date"] for timeline in timelines for entry in timeline})


def former_closings(page):
    """Return the closing times that a page had before, as the ledger has them."""
    moved = AuditEntry.objects.about(page).filter(action__in=LEDGER_ACTIONS.values())
    return [datetime.fromisoformat(facts["before"]) for facts in moved.values_list("facts", flat=True)]


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

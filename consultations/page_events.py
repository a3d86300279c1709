"""Events of consultations: what editors publish, and what comes with time."""

from datetime import datetime, time, timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, ExpressionWrapper, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import get_active_log_context

from consultations.models import ConsultationPage, Event, EventKind
from consultations.text_versions import keep_text

CLOSES_SOON_BEFORE = timedelta(days=2)


@transaction.atomic
def on_published(sender, instance, revision, **_signal):
    """Record that a consultation was published, or what changed in one that was public already, and keep its text."""
    if not instance.live:  # it is to go live later
        return
    before, now = instance.content_before, instance.content()
    remember_first_closing(instance, before["closes_at"] if before else instance.closes_at)
    fields = {"consultation": instance, "actor": get_active_log_context().user or revision.user}
    event = None
    if before is None:
        event = Event.objects.record(EventKind.CONSULTATION_PUBLISHED, **fields)
    elif changed := changes(instance, before, now):
        event = Event.objects.record(EventKind.CONSULTATION_CHANGED, note=", ".join(changed), **fields)
    keep_text(instance, event, fields["actor"])
    if before and before["closes_at"] <= timezone.now() and instance.is_open:
        Event.objects.record(EventKind.CONSULTATION_OPENED, note=_("open again"), **fields)
    if now["outcome"] and not (before and before["outcome"]):
        Event.objects.record(EventKind.OUTCOME_PUBLISHED, **fields)


def remember_first_closing(page, closes_at):
    """Store the closing time that people were first told, unless one is stored; return the page's."""
    if page.first_closes_at is None:
        page.first_closes_at = closes_at
        ConsultationPage.objects.filter(pk=page.pk).update(first_closes_at=closes_at)
    return page.first_closes_at


def changes(page, before, now):
    """Return the names of what changed, as the editor reads them; a first outcome is an event of its own."""
    names = {field.name: str(field.verbose_name) for field in page._meta.concrete_fields}
    names |= {"questions": _("questions"), "stated_terms": _("terms")}
    changed = [name for name in now if now[name] != before[name]]
    return [names[name] for name in changed if name != "outcome" or before["outcome"]]


def on_unpublished(sender, instance, **_signal):
    """Record that a consultation was taken off the site; not when its page is being deleted."""
    if not ConsultationPage.objects.filter(pk=instance.pk, live=True).exists():
        actor = get_active_log_context().user
        reason = instance.unpublishing_reason
        Event.objects.record(EventKind.CONSULTATION_UNPUBLISHED, consultation=instance, actor=actor, note=reason)


def record_due_events():
    """Record what has come with time to public consultations since the last time; return how many events."""
    return sum(record_once(*due) for due in sorted(due_events(), key=lambda due: due[2]))


def due_events():
    """Return what has come with time and is not recorded yet: kind, consultation, the moment it was due."""
    live = ConsultationPage.objects.live().defer("body", "outcome")
    opened = unrecorded(live.filter(opens_at__lte=timezone.now()), EventKind.CONSULTATION_OPENED, "opens_at")
    closing = unrecorded(closing_soon(live), EventKind.CONSULTATION_CLOSES_SOON, "soon_at")
    closed = unrecorded(live.filter(closes_at__lte=timezone.now()), EventKind.CONSULTATION_CLOSED, "closes_at")
    late = live.filter(answer_due__lt=timezone.localdate(), outcome=[])
    late = unrecorded(late, EventKind.OUTCOME_LATE, "answer_due", at="created_at__date__gt")
    return [
        *((EventKind.CONSULTATION_OPENED, page, page.opens_at) for page in opened),
        *((EventKind.CONSULTATION_CLOSES_SOON, page, page.closes_at - CLOSES_SOON_BEFORE) for page in closing),
        *((EventKind.CONSULTATION_CLOSED, page, page.closes_at) for page in closed),
        *((EventKind.OUTCOME_LATE, page, end_of(page.answer_due)) for page in late),
    ]


def closing_soon(pages):
    """Select the pages that close within two days and were open before that; each with the moment, ``soon_at``."""
    soon_at = ExpressionWrapper(F("closes_at") - CLOSES_SOON_BEFORE, output_field=models.DateTimeField())
    now = timezone.now()
    return pages.annotate(soon_at=soon_at).filter(opens_at__lt=F("soon_at"), soon_at__lte=now, closes_at__gt=now)


def unrecorded(pages, kind, field, at="created_at__gte"):
    """Leave out the pages with an event of this kind that was recorded after the moment in the field.

    So a date that is put back makes no second event, and one that is moved to the future does when it comes.
    """
    recorded = Event.objects.filter(consultation=OuterRef("pk"), kind=kind, due_at__isnull=False)
    return pages.exclude(Exists(recorded.filter(**{at: OuterRef(field)})))


def end_of(day):
    """Return the midnight that ends a day here."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def record_once(kind, page, due_at):
    """Record an event that came with time; return whether no other worker had."""
    try:
        with transaction.atomic():
            Event.objects.record(kind, consultation=page, due_at=due_at)
    except IntegrityError:
        if not Event.objects.filter(kind=kind, consultation=page, due_at=due_at).exists():
            raise
        return False
    return True

"""Returns a text to its author with a deadline; delays on our side never shorten it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from consultations.models import Submission
from moderation.models import Case, Decision, ModerationSettings
from moderation.screening.screen import due_from_now
from portal.outbox.models import MESSAGE_GRACE, Message

MAX_EXTENSION = timedelta(days=14)  # limit of what our own delays add


def return_deadline(case, closes_at):
    """Return until when the author may send a changed text, rounded up to a minute.

    The period of the settings starts when the message can be read, and not before the consultation closes. If review
    took longer than the period, the author gets as long as review took.
    """
    now = timezone.now()
    starts = max(now + MESSAGE_GRACE, closes_at or now)
    waited = min(now - case.opened_at, MAX_EXTENSION)
    until = max(starts + return_period(), now + MESSAGE_GRACE + waited)
    return until.replace(second=0, microsecond=0) + timedelta(minutes=1)


def return_period():
    """Return the period that the agency's settings give for a change."""
    return timedelta(hours=ModerationSettings.load().return_hours)


def requeue_overdue():
    """Requeue the cases whose authors sent nothing in time; yield each."""
    extend_deadlines()
    for case in list(Case.objects.returned().filter(returned_until__lt=timezone.now())):
        if requeue_case(case):
            yield case


def extend_deadlines():
    """Extend the deadlines of cases whose message is still unsent, because the author cannot have read it.

    A message that cannot be delivered extends a deadline for `MAX_EXTENSION` at most.
    """
    now = timezone.now()
    until = now + MESSAGE_GRACE + return_period()
    unsent = Message.objects.unsent().filter(created_at__gt=now - MAX_EXTENSION)
    for case in Case.objects.returned().filter(returned_until__lt=until).select_related("submission"):
        if unsent.about(case.submission).exists():
            with transaction.atomic():
                case.write(returned_until=until)
                Submission.objects.filter(pk=case.submission_id).update(revisable_until=until)


@transaction.atomic
def requeue_case(case):
    """Put a returned case back into the queue; return False when the author sent a text in the meantime."""
    submission = Submission.objects.select_for_update().get(pk=case.submission_id)
    case = Case.objects.select_related("submission").get(pk=case.pk)
    if case.closed_at or not case.returned_until or case.returned_until > timezone.now():
        return False
    due_at = due_from_now(case.severity)
    returned = case.decisions.not_undone().filter(action=Decision.Action.RETURN).first()
    submission.await_review(reason=returned.previous_state["reason"], due_at=due_at)
    case.come_back(due_at)
    return True

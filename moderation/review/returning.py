"""Returning a text to its author, with a deadline that our own slowness never eats."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from consultations.models import Submission
from moderation.models import Case, Decision, ModerationSettings
from moderation.screening.screen import due_from_now
from portal.outbox.models import MESSAGE_GRACE, Message

MAX_EXTENSION = timedelta(days=14)  # the most that an author gets because a text or a letter was held up on our side


def return_deadline(case, closes_at):
    """Return until when the author may send another text.

    The time that the settings promise starts when the letter can be read, and never before the consultation closes.
    Whoever waited longer for us than that has as long as we took.
    """
    now = timezone.now()
    starts = max(now + MESSAGE_GRACE, closes_at or now)
    waited = min(now - case.opened_at, MAX_EXTENSION)
    until = max(starts + return_period(), now + MESSAGE_GRACE + waited)
    return until.replace(second=0, microsecond=0) + timedelta(minutes=1)


def return_period():
    """Return the time that the agency gives for a change."""
    return timedelta(hours=ModerationSettings.load().return_hours)


def requeue_overdue():
    """Put the cases back into the queue whose authors sent nothing in time; yield each."""
    extend_deadlines()
    for case in list(Case.objects.returned().filter(returned_until__lt=timezone.now())):
        if requeue_case(case):
            yield case


def extend_deadlines():
    """Move the deadlines whose message has not left yet: the author's time starts when it can be read.

    A message that no mail server ever takes holds a case up for a while only.
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
    """Put one case back as it was before its text was returned; return False when the author was quicker."""
    submission = Submission.objects.select_for_update().get(pk=case.submission_id)
    case = Case.objects.select_related("submission").get(pk=case.pk)
    if case.closed_at or not case.returned_until or case.returned_until > timezone.now():
        return False
    due_at = due_from_now(case.severity)
    returned = case.decisions.not_undone().filter(action=Decision.Action.RETURN).first()
    submission.await_review(reason=returned.was["reason"], due_at=due_at)
    case.come_back(due_at)
    return True

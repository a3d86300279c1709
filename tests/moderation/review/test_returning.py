from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from consultations.models import Status
from moderation.findings.redaction import Span
from moderation.models import Case, CaseClosed, Decision
from moderation.review.decisions import decide
from moderation.review.returning import requeue_overdue
from portal.outbox.models import MESSAGE_GRACE
from tests.factories import ConsultationFactory, held_in, submission_to
from tests.mailing import waiting_messages
from tests.moderation.case_pages import PRIVATE, case_of, messages_of, page_of, redaction, send

pytestmark = pytest.mark.django_db

HOURS = timedelta(hours=48)  # what the settings promise
MINUTE = timedelta(minutes=1)
CLEAN = "The night bus is late."


def returned(submission, actor):
    case = case_of(submission)
    wish = {
        "action": "return",
        "clauses": [PRIVATE],
        "reason": "Leave the number out.",
        "spans": [Span("text", 11, 23)],
    }
    decide(case, revision_id=case.revision_id, actor=actor, **wish)
    submission.refresh_from_db()
    return Case.objects.get(submission=submission, closed_at=None)


def test_returned_text_waits_for_its_author(consultation, moderator):
    submission = held_in(consultation, author_email="jo@example.org")

    case = returned(submission, moderator)

    decision = Decision.objects.get()
    assert (decision.action, decision.reason, decision.spans, decision.result) == (
        "return",
        "Leave the number out.",
        [["text", 11, 23, "passage removed"]],
        None,
    )
    assert (submission.status, submission.status_reason, submission.review_due_at) == (
        Status.HELD,
        "We ask you to change it: clause 5 (Keep private details private)",
        None,
    )
    assert submission.revisions.count() == 1
    assert (submission.revisable_until, case.returned_by) == (case.returned_until, moderator)
    assert waiting_messages() == [("consultations/author", "jo@example.org")]
    assert (list(Case.objects.waiting()), list(Case.objects.returned())) == ([], [case])


def test_author_has_the_promised_hours_after_the_consultation_closes(moderator):
    closes_at = timezone.now() + timedelta(days=5)
    case = returned(held_in(ConsultationFactory(closes_at=closes_at)), moderator)

    assert closes_at + HOURS <= case.returned_until <= closes_at + HOURS + MINUTE


def test_author_has_the_promised_hours_from_when_the_letter_can_be_read(consultation, moderator):
    submission = held_in(consultation)
    consultation.closes_at = timezone.now() - timedelta(days=1)
    consultation.save()

    case = returned(submission, moderator)

    starts = Decision.objects.get().created_at + MESSAGE_GRACE
    assert starts + HOURS <= case.returned_until <= starts + HOURS + 2 * MINUTE


def test_who_waited_long_for_us_has_as_long(consultation, moderator):
    submission = held_in(consultation)
    consultation.closes_at = timezone.now() - timedelta(days=1)
    consultation.save()
    waited = timedelta(days=6)
    Case.objects.update(opened_at=timezone.now() - waited)

    case = returned(submission, moderator)

    assert waited < case.returned_until - timezone.now() < waited + 2 * MINUTE


def test_time_does_not_run_while_the_letter_has_not_left(consultation, moderator):
    submission = held_in(consultation, author_email="jo@example.org")
    consultation.closes_at = timezone.now() - timedelta(days=1)
    consultation.save()
    case = returned(submission, moderator)
    later = case.returned_until + timedelta(hours=1)

    with time_machine.travel(later):
        assert list(requeue_overdue()) == []
        case.refresh_from_db()
        submission.refresh_from_db()

    assert case.returned_until >= later + HOURS
    assert submission.revisable_until == case.returned_until


def test_letter_that_never_leaves_does_not_keep_a_case_for_ever(consultation, moderator):
    submission = held_in(consultation, author_email="jo@example.org")
    consultation.closes_at = timezone.now() - timedelta(days=1)
    consultation.save()
    case = returned(submission, moderator)

    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert [each.pk for each in requeue_overdue()] == [case.pk]


def test_nothing_is_decided_while_the_author_has_time(consultation, moderator, dana):
    case = returned(held_in(consultation), moderator)

    with pytest.raises(CaseClosed, match=f"^{moderator} returned this text to its author, who may change it until"):
        decide(case, revision_id=case.revision_id, action="refuse", actor=dana, clauses=[PRIVATE], reason="No.")


def test_case_comes_back_as_it_was_when_the_author_sends_nothing(consultation, moderator):
    submission = held_in(consultation)
    reason = submission.status_reason
    case = returned(submission, moderator)

    with time_machine.travel(case.returned_until + MINUTE):
        came_back = list(requeue_overdue())
        again = list(requeue_overdue())
        case = Case.objects.waiting().get()
        is_late = case.is_late

    submission.refresh_from_db()
    assert (len(came_back), again, is_late) == (1, [], False)
    assert (case.cause, submission.status, submission.status_reason) == (Case.Cause.RULE, Status.HELD, reason)
    assert submission.review_due_at == case.due_at


def test_withdrawn_text_does_not_come_back(consultation, moderator):
    submission = held_in(consultation)
    case = returned(submission, moderator)
    submission.withdraw()

    with time_machine.travel(case.returned_until + MINUTE):
        assert list(requeue_overdue()) == []


@pytest.mark.parametrize("text", [CLEAN, "Ring me on 0491 570 156 instead."])
def test_changed_text_is_read_by_a_person_and_comes_forward(consultation, moderator, text):
    submission = held_in(consultation)
    returned(submission, moderator)

    submission.revise(text=text)

    case = case_of(submission)
    submission.refresh_from_db()
    assert (case.cause, case.returned_until, case.revision) == (Case.Cause.RETURNED, None, submission.current)
    assert submission.status == Status.HELD
    assert ("returned", 240) in case.head_starts
    assert case.rank_at == case.due_at - timedelta(minutes=sum(start.minutes for start in case.head_starts))


def test_changed_text_goes_to_the_same_moderator_first(consultation, moderator, dana):
    submission = held_in(consultation)
    returned(submission, moderator)
    submission.revise(text=CLEAN)
    case = case_of(submission)
    at_hand = case_of(held_in(consultation), actor=moderator)  # so they are at work

    assert list(Case.objects.for_reader(dana)) == []
    assert set(Case.objects.for_reader(moderator)) == {case, at_hand}
    at_hand.release(moderator)
    assert case in Case.objects.for_reader(dana)


def test_changed_public_text_is_not_cleared_by_machine(consultation, moderator):
    submission = submission_to(consultation, "The shuttles should stay.")
    case = Case.objects.create(
        submission=submission, revision=submission.current, cause=Case.Cause.REPORTED, due_at=timezone.now()
    )
    decide(case, revision_id=case.revision_id, action="return", actor=moderator, clauses=["respect"], reason="Softer.")
    submission.refresh_from_db()

    submission.revise(text=CLEAN)

    assert (submission.public_text, submission.pending) == ("The shuttles should stay.", True)


def test_author_who_was_not_asked_is_screened_as_ever(consultation):
    submission = held_in(consultation)
    submission.revise(text=CLEAN)

    assert submission.status == Status.PUBLISHED


# On the page


def test_moderator_returns_a_text_with_passages_marked(desk, consultation, moderator):
    submission = held_in(consultation)

    case = case_of(submission, moderator)
    response = desk.post(
        f"/admin/queue/{case.pk}/",
        {"revision": case.revision_id, "sure": "return", **redaction(action="return", others="night bus")},
        follow=True,
    )

    assert f"{submission.reference} is returned to its author: clause 5" in messages_of(response)[0]
    assert Decision.objects.get().spans == [["text", 34, 43, "passage removed"]]


def test_returning_asks_for_clause_and_reason_but_for_no_passage(desk, consultation, moderator):
    case = case_of(held_in(consultation), moderator)

    response = send(desk, case, action="return")

    assert response.context["form"].errors == {
        "clauses": ["Choose at least one clause."],
        "reason": ["Write the reason; the author will read it."],
    }
    assert send(desk, case, **redaction(action="return")).status_code == 302


def test_page_of_a_returned_text_says_until_when(desk, consultation, moderator):
    page = page_of(desk, returned(held_in(consultation), moderator))

    assert "It is with its author, who may change it until" in page
    assert "Take this case" not in page


def test_page_of_a_changed_text_shows_the_difference(desk, consultation, moderator):
    submission = held_in(consultation)
    returned(submission, moderator)
    submission.revise(text="Ring me about the night bus.")

    page = page_of(desk, case_of(submission))

    assert "Ring me <del>on 0491 570 006 </del>about the night bus." in page
    assert "Changed after we asked for it".lower() in page
    assert "“Leave the number out.”" in page


def test_imported_text_is_not_returned(desk, consultation, moderator):
    case = case_of(held_in(consultation, source="polis", source_id="1"), moderator)

    assert 'value="return"' not in page_of(desk, case)
    response = send(desk, case, **redaction(action="return"))

    assert response.status_code == 409
    assert "was imported, so its author cannot change it here" in response.content.decode()

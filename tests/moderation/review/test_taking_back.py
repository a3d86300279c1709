from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from consultations.models import Status
from moderation.findings.redaction import Span
from moderation.models import Case, CaseClosed, Decision
from moderation.redress.reports import file_report
from moderation.review.decisions import decide, take_back
from moderation.review.forms import OpenForm
from portal.models import AuditEntry
from portal.outbox.models import MESSAGE_GRACE
from tests.factories import HELD_TEXT, held_in, submission_to
from tests.mailing import sent_a_minute_later, waiting_messages
from tests.moderation.case_pages import PRIVATE, case_of, messages_of, page_of, redaction, refusal, send

pytestmark = pytest.mark.django_db

NUMBER = Span("text", 11, 23, "phone number removed")
WISHES = [
    {"action": "publish"},
    {"action": "refuse", "clauses": [PRIVATE], "reason": "A number."},
    {"action": "redact", "clauses": [PRIVATE], "reason": "A number.", "spans": [NUMBER]},
    {"action": "return", "clauses": [PRIVATE], "reason": "A number.", "spans": [NUMBER]},
]
STANDS = ("status", "status_reason", "review_due_at", "revisable_until", "current_id", "cleared_id", "author_name")


def standing(submission):
    submission.refresh_from_db()
    return {name: getattr(submission, name) for name in STANDS}


def decided(submission, actor, **wish):
    case = case_of(submission)
    return decide(case, revision_id=case.revision_id, actor=actor, **(wish or {"action": "publish"}))


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish["action"])
def test_decision_taken_back_leaves_everything_as_before(consultation, moderator, wish):
    submission = held_in(consultation, author_email="jo@example.org")
    sent_a_minute_later()
    before = standing(submission)

    decision = decided(submission, moderator, **wish)
    assert standing(submission) != before
    take_back(decision, moderator)

    case = case_of(submission)
    assert standing(submission) == before
    assert (case.claimed_by, case.returned_until) == (moderator, None)
    assert Decision.objects.get().undone_at is not None
    assert submission.events.values_list("kind", flat=True).last() == "undone"
    assert waiting_messages() == []
    assert [entry.action for entry in AuditEntry.objects.order_by("number")][-2:] == ["case.decided", "case.taken_back"]


@pytest.mark.parametrize("wish", WISHES[1:3], ids=lambda wish: wish["action"])
def test_public_text_is_public_again_and_counted(consultation, moderator, wish):
    parent = submission_to(consultation, "The shuttles should stay.")
    submission = submission_to(consultation, HELD_TEXT, parent=parent)
    decided(submission, moderator)
    case = open_again(submission)
    before = standing(submission)

    take_back(decide(case, revision_id=case.revision_id, actor=moderator, **wish), moderator)

    parent.refresh_from_db()
    assert (standing(submission), parent.reply_count) == (before, 1)


def open_again(submission):
    form = OpenForm({"reference": submission.reference})
    assert form.is_valid()
    return form.save()


def test_name_that_was_redacted_comes_back(consultation, moderator):
    submission = held_in(consultation, author_name="Jo Blue")
    decision = decided(
        submission, moderator, action="redact", clauses=[PRIVATE], reason="A name.", spans=[Span("name", 0, 2)]
    )
    submission.refresh_from_db()
    assert (submission.author_name, decision.previous_state["author_name"]) == ("[name removed]", "Jo Blue")

    take_back(decision, moderator)

    submission.refresh_from_db()
    assert submission.author_name == "Jo Blue"


def test_case_can_be_decided_otherwise_afterwards(consultation, moderator):
    submission = held_in(consultation)
    take_back(decided(submission, moderator), moderator)

    decided(submission, moderator, **WISHES[1])

    assert [(each.action, each.undone_at is None) for each in Decision.objects.order_by("id")] == [
        ("publish", False),
        ("refuse", True),
    ]
    submission.refresh_from_db()
    assert submission.status == Status.REFUSED


def test_redaction_that_was_taken_back_seals_nothing(desk, consultation, moderator):
    submission = held_in(consultation)
    take_back(decided(submission, moderator, **WISHES[2]), moderator)

    page = page_of(desk, case_of(submission))

    assert "0491 570 006" in page
    assert "it is sealed" not in page


def test_decision_stands_after_half_a_minute(consultation, moderator):
    decision = decided(held_in(consultation), moderator)

    with (
        time_machine.travel(timezone.now() + MESSAGE_GRACE + timedelta(seconds=1)),
        pytest.raises(CaseClosed, match="is over"),
    ):
        take_back(decision, moderator)


def test_decision_stands_once_the_letter_has_left(consultation, moderator):
    submission = held_in(consultation, author_email="jo@example.org")
    decision = decided(submission, moderator)
    sent_a_minute_later()

    with pytest.raises(CaseClosed, match="has been told"):
        take_back(decision, moderator)

    submission.refresh_from_db()
    assert submission.status == Status.PUBLISHED


def test_colleague_cannot_take_a_decision_back(consultation, moderator, dana):
    decision = decided(held_in(consultation), moderator)

    with pytest.raises(CaseClosed, match="Only who made"):
        take_back(decision, dana)


def test_decision_is_taken_back_once(consultation, moderator):
    decision = decided(held_in(consultation), moderator)
    take_back(decision, moderator)

    with pytest.raises(CaseClosed, match="taken back a moment ago"):
        take_back(decision, moderator)


def test_decision_stands_once_the_author_has_moved(consultation, moderator):
    submission = held_in(consultation)
    decision = decided(submission, moderator)
    submission.refresh_from_db()
    submission.withdraw()

    with pytest.raises(CaseClosed, match="Something else has happened"):
        take_back(decision, moderator)

    submission.refresh_from_db()
    assert submission.status == Status.WITHDRAWN


def test_decision_stands_once_a_reader_has_reported_the_text(consultation, moderator):
    submission = held_in(consultation)
    decision = decided(submission, moderator)
    submission.refresh_from_db()
    file_report(submission, submission.cleared, reporter_key="r1", text="Not fine.")

    with pytest.raises(CaseClosed, match="Something else has happened"):
        take_back(decision, moderator)

    assert Case.objects.filter(closed_at=None).count() == 1


# On the page


@pytest.mark.parametrize("wish", [{"action": "publish"}, refusal(), redaction(others="night bus")])
def test_next_page_offers_to_take_the_decision_back(desk, consultation, moderator, wish):
    submission = held_in(consultation)
    case = case_of(submission, moderator)
    response = desk.post(
        f"/admin/queue/{case.pk}/", {"revision": case.revision_id, "sure": wish["action"], **wish}, follow=True
    )
    address = f"/admin/queue/undo/{Decision.objects.get().key}/"
    assert f'action="{address}"' in response.content.decode()

    response = desk.post(address, follow=True)

    assert response.redirect_chain == [(f"/admin/queue/{case.pk}/", 302)]
    assert messages_of(response) == [f"Taken back. {submission.reference} is as it was before, and yours."]
    assert "data-decision" in response.content.decode()


def test_page_says_why_a_decision_cannot_be_taken_back(desk, danas_desk, consultation, moderator):
    send(desk, case_of(held_in(consultation), moderator), action="publish")

    response = danas_desk.post(f"/admin/queue/undo/{Decision.objects.get().key}/", follow=True)

    assert messages_of(response) == ["Only who made a decision can take it back."]
    assert Decision.objects.get().undone_at is None

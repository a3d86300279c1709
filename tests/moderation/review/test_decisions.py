from datetime import timedelta

import pytest
from django.utils import timezone

from consultations.models import StaleSubmission, Status
from moderation.findings.redaction import Span
from moderation.models import BlindCheck, Case, CaseClosed, Crisis, Decision
from moderation.review.blind_reviews import open_blind_review
from moderation.review.decisions import decide
from moderation.screening.screen import open_case
from portal.audit import text_digest
from portal.models import AuditEntry
from tests.factories import HELD_TEXT, UserFactory, held_in, submission_to

PRIVATE = "personal-information"
NUMBER = Span("text", 11, 23, "phone number removed")
REDACTED_TEXT = "Ring me on [phone number removed] about the night bus."


def case_of(submission):
    return Case.objects.get(submission=submission, closed_at=None)


def decide_on(submission, action, actor, **kwargs):
    case = case_of(submission)
    decision = decide(case, revision_id=case.revision_id, action=action, actor=actor, **kwargs)
    submission.refresh_from_db()
    return decision


def test_published_text_is_public_as_it_was_sent(consultation, moderator):
    submission = held_in(consultation)

    decide_on(submission, "publish", moderator)

    assert (submission.status, submission.public_text) == (Status.PUBLISHED, HELD_TEXT)
    assert list(Case.objects.waiting()) == []


def test_redacted_text_is_public_without_the_passage_and_the_whole_is_kept(consultation, moderator):
    submission = held_in(consultation)

    decision = decide_on(submission, "redact", moderator, clauses=[PRIVATE], reason="A number.", spans=[NUMBER])

    assert submission.public_text == REDACTED_TEXT
    assert submission.redacted
    assert list(submission.revisions.order_by("number").values_list("text", "origin")) == [
        (HELD_TEXT, "author"),
        (REDACTED_TEXT, "redaction"),
    ]
    assert (decision.revision.number, decision.result.number) == (1, 2)
    assert submission.status_reason == "A moderator took out 1 passage: clause 5 (Keep private details private)"


def test_redaction_reaches_the_title(consultation, moderator):
    submission = held_in(consultation, kind="idea", title="0491 570 006")

    decide_on(submission, "redact", moderator, clauses=[PRIVATE], reason="A number.", spans=[Span("title", 0, 12)])

    assert submission.public_title == "[passage removed]"


def test_refused_text_is_kept_and_shown_to_nobody(consultation, moderator):
    submission = held_in(consultation)

    decide_on(submission, "refuse", moderator, clauses=[PRIVATE], reason="A number.")

    assert (submission.status, submission.public_text) == (Status.REFUSED, "")
    assert submission.status_reason == "Refused under clause 5 (Keep private details private)"


def test_decision_keeps_what_it_was_made_on_and_why(consultation, moderator):
    submission = held_in(consultation)

    decision = decide_on(submission, "refuse", moderator, clauses=[PRIVATE, "respect"], reason="A number.")

    assert Decision.objects.values_list(
        "revision", "version__number", "action", "reason", "actor", "imported"
    ).get() == (
        submission.current_id,
        1,
        "refuse",
        "A number.",
        moderator.pk,
        False,
    )
    assert [clause.number for clause in decision.clauses] == [5, 1]


def test_decision_keeps_how_the_submission_stood(consultation, moderator):
    submission = held_in(consultation)
    submission.refresh_from_db()
    due, reason = submission.review_due_at, submission.status_reason

    decision = decide_on(submission, "publish", moderator)

    event = submission.events.latest("id")
    assert Decision.objects.get(pk=decision.pk).previous_state == {
        "status": "held",
        "current": submission.current_id,
        "cleared": None,
        "reason": reason,
        "due": due.isoformat(),
        "revisable": None,
        "event": event.pk,
    }


def test_ledger_tells_of_a_decision_without_a_word_of_the_text(consultation, moderator):
    submission = held_in(consultation)

    decide_on(submission, "refuse", moderator, clauses=[PRIVATE, "respect"], reason="A number.")

    entry = AuditEntry.objects.get(action="case.decided")
    assert (entry.by, entry.subject_type, entry.subject_id) == (
        moderator.pk,
        "consultations.submission",
        str(submission.pk),
    )
    assert entry.facts == {
        "case": submission.cases.get().pk,
        "action": "refuse",
        "clauses": [PRIVATE, "respect"],
        "version": 1,
        "revision": text_digest(HELD_TEXT),
    }


def test_decision_that_is_not_made_leaves_nothing_in_the_ledger(consultation, moderator):
    with pytest.raises(ValueError, match="outside the text"):
        decide_on(held_in(consultation), "redact", moderator, clauses=[PRIVATE], spans=[Span("text", 0, 999)])

    assert not AuditEntry.objects.filter(action="case.decided").exists()


def test_redacted_name_is_replaced_and_sealed(consultation, moderator):
    submission = held_in(consultation, author_name="Jo Blue")

    decision = decide_on(
        submission, "redact", moderator, clauses=[PRIVATE], reason="A name.", spans=[NUMBER, Span("name", 0, 2)]
    )

    assert (submission.author_name, submission.public_text) == ("[name removed]", REDACTED_TEXT)
    assert Decision.objects.get(pk=decision.pk).previous_state["author_name"] == "Jo Blue"


@pytest.mark.parametrize(("action", "made"), [("publish", False), ("redact", False), ("refuse", True)])
def test_nothing_new_is_published_at_the_highest_crisis_level(consultation, moderator, action, made):
    submission = held_in(consultation)
    crisis_now(Crisis.Level.CLOSED)

    if made:
        assert decide_on(submission, action, moderator, clauses=[PRIVATE], reason="A number.")
    else:
        with pytest.raises(CaseClosed, match="nothing new is published"):
            decide_on(submission, action, moderator, clauses=[PRIVATE], reason="A number.", spans=[NUMBER])


def test_public_text_may_be_kept_at_the_highest_crisis_level(consultation, moderator):
    submission = submission_to(consultation, "The east gate is dark.")
    open_case(submission, submission.current, Case.Cause.OPENED, submission.received_at)
    crisis_now(Crisis.Level.CLOSED)

    decide_on(submission, "publish", moderator)

    assert submission.status == Status.PUBLISHED


def test_blind_check_changes_nothing_and_is_not_for_who_decided_first(consultation, moderator, dana):
    submission = held_in(consultation)
    first = decide_on(submission, "publish", moderator)
    assert open_blind_review(first)
    case = case_of(submission)

    with pytest.raises(CaseClosed, match="somebody else reads it now"):
        decide(case, revision_id=case.revision_id, action="refuse", actor=moderator, clauses=[PRIVATE], reason="No.")
    check = decide(case, revision_id=case.revision_id, action="refuse", actor=dana, clauses=[PRIVATE], reason="No.")

    submission.refresh_from_db()
    assert (check, check.action, check.actor) == (BlindCheck.objects.get(), "refuse", dana)
    assert (submission.status, Decision.objects.count()) == (Status.PUBLISHED, 1)


def crisis_now(level):
    now = timezone.now()
    return Crisis.objects.create(
        level=level, reason="x", banner="Wait.", hours=1, started_at=now, expires_at=now + timedelta(hours=1)
    )


def test_refused_change_leaves_the_public_text_public(consultation, moderator):
    submission = submission_to(consultation, "The east gate is dark.")
    submission.revise(text=HELD_TEXT)

    decide_on(submission, "refuse", moderator, clauses=[PRIVATE], reason="A number.")

    assert (submission.status, submission.public_text) == (Status.PUBLISHED, "The east gate is dark.")
    assert not submission.pending


def test_change_waits_behind_the_public_text_until_it_is_cleared(consultation, moderator):
    submission = submission_to(consultation, "The east gate is dark.")
    submission.revise(text=HELD_TEXT)
    assert submission.public_text == "The east gate is dark."

    decide_on(submission, "publish", moderator)

    assert submission.public_text == HELD_TEXT


def test_public_text_that_was_opened_can_be_refused(consultation, moderator):
    submission = submission_to(consultation, "The east gate is dark.")
    open_case(submission, submission.current, Case.Cause.OPENED, submission.received_at)

    decide_on(submission, "refuse", moderator, clauses=["respect"], reason="Rude.")

    assert submission.status == Status.REFUSED


@pytest.mark.parametrize(("action", "status"), [("refuse", Status.REFUSED), ("publish", Status.PUBLISHED)])
def test_refusal_can_be_upheld_or_overturned(consultation, moderator, action, status):
    submission = held_in(consultation)
    decide_on(submission, "refuse", moderator, clauses=[PRIVATE], reason="A number.")
    open_case(submission, submission.current, Case.Cause.OPENED, submission.received_at)

    decide_on(submission, action, moderator, clauses=["respect"], reason="Rude.")

    assert submission.status == status
    assert list(Case.objects.waiting()) == []


def test_second_decision_on_a_case_is_told_who_made_the_first(consultation, moderator):
    submission = held_in(consultation)
    case = case_of(submission)
    decide_on(submission, "publish", moderator)

    with pytest.raises(CaseClosed, match=f"^{moderator} decided this case a moment ago: publish.$"):
        decide(
            case, revision_id=case.revision_id, action="refuse", actor=UserFactory(), clauses=[PRIVATE], reason="No."
        )

    assert Decision.objects.count() == 1


def test_own_second_decision_is_not_told_as_somebody_elses(consultation, moderator):
    case = case_of(held_in(consultation))
    decide_on(case.submission, "publish", moderator)

    with pytest.raises(CaseClosed, match="You have decided this case already: publish"):
        decide(case, revision_id=case.revision_id, action="refuse", actor=moderator, clauses=[PRIVATE], reason="No.")


def test_decision_on_a_text_that_has_changed_is_not_made(consultation, moderator):
    submission = held_in(consultation)
    read = submission.current_id
    submission.revise(text=f"{HELD_TEXT} Or write to jo@example.org.")

    with pytest.raises(CaseClosed, match="The author has changed the text"):
        decide(case_of(submission), revision_id=read, action="publish", actor=moderator)

    submission.refresh_from_db()
    assert submission.status == Status.HELD


def test_decision_on_a_text_that_needs_none_any_more_is_not_made(consultation, moderator):
    submission = held_in(consultation)
    case = case_of(submission)
    submission.revise(text="The night bus is late.")

    with pytest.raises(CaseClosed, match="the new one needs no decision"):
        decide(case, revision_id=case.revision_id, action="refuse", actor=moderator, clauses=[PRIVATE])


def test_withdrawn_text_cannot_be_decided(consultation, moderator):
    submission = held_in(consultation)
    case = case_of(submission)
    submission.withdraw()

    with pytest.raises(CaseClosed, match="withdrawn"):
        decide(case, revision_id=case.revision_id, action="publish", actor=moderator)


def test_decision_that_breaks_half_way_changes_nothing(consultation, moderator):
    submission = held_in(consultation)

    with pytest.raises(ValueError, match="outside the text"):
        decide_on(submission, "redact", moderator, clauses=[PRIVATE], reason="x", spans=[Span("text", 0, 999)])

    submission.refresh_from_db()
    assert (submission.status, submission.revisions.count(), Decision.objects.count()) == (Status.HELD, 1, 0)
    assert case_of(submission).closed_at is None


def test_changed_text_of_a_refused_submission_is_read_by_a_person(consultation, moderator):
    submission = held_in(consultation)
    decide_on(submission, "refuse", moderator, clauses=[PRIVATE], reason="A number.")

    submission.revise(text="The night bus is late.")

    assert (submission.status, case_of(submission).cause) == (Status.HELD, Case.Cause.REFUSED)


def test_moves_that_make_no_sense_are_stale(consultation):
    submission = held_in(consultation)
    submission.withdraw()

    with pytest.raises(StaleSubmission):
        submission.move(Status.PUBLISHED)

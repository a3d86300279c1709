from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from consultations.models import Status
from moderation.findings.redaction import Span
from moderation.models import Appeal, Case, CaseClosed, Decision, Example, Opinion
from moderation.redress import appeals
from moderation.redress.statements_of_reasons import latest_decision, statement_of
from moderation.review.decisions import decide, take_back
from portal.models import AuditEntry
from tests.factories import HELD_TEXT, UserFactory, held_in, submission_to
from tests.moderation.redress.decisions import PRIVATE, REASONED, decided, refused

pytestmark = pytest.mark.django_db

NUMBER = Span("text", 11, 23)


@pytest.fixture
def other(db):
    return UserFactory(first_name="Otto", groups=["Submission moderators"])


def state(submission):
    submission.refresh_from_db()
    return {
        "status": submission.status,
        "text": submission.public_text,
        "pending": submission.pending,
        "received_at": submission.received_at,
    }


def test_an_appeal_opens_a_case_that_is_due_in_working_days(consultation, moderator):
    with time_machine.travel(datetime(2027, 3, 3, 0, 0, tzinfo=UTC), tick=False):  # Wednesday, 11 am in Sydney
        consultation.closes_at = timezone.now() + timedelta(days=20)
        consultation.opens_at = timezone.now() - timedelta(days=20)
        submission, decision = refused(consultation, moderator)

        made = appeals.file_appeal(decision, "It is my own number.")

    case = made.case
    assert (case.submission, case.revision, case.cause) == (submission, decision.revision, "appealed")
    assert timezone.localtime(case.due_at).strftime("%a %d %b %H:%M") == "Wed 10 Mar 11:00"
    assert (made.text, made.outcome, made.due_at) == ("It is my own number.", "open", case.due_at)
    assert state(submission)["status"] == Status.REFUSED


def test_an_appeal_is_in_the_ledger_without_its_words(consultation, moderator):
    submission, decision = refused(consultation, moderator)
    made = appeals.file_appeal(decision, "Secret words.")

    entry = AuditEntry.objects.get(action="appeal.made")
    assert entry.facts == {"decision": str(decision.key), "case": made.case_id}
    assert entry.subject_id == str(submission.pk)


def test_until_counts_months_on_the_calendar(consultation, moderator):
    _submission, decision = refused(consultation, moderator)

    days = {}
    for day in [datetime(2027, 8, 31, 3, tzinfo=UTC), datetime(2027, 3, 3, 3, tzinfo=UTC)]:
        decision.created_at = day
        days[day.month] = timezone.localtime(appeals.appeal_deadline(decision)).strftime("%Y-%m-%d %H:%M")

    assert days == {8: "2028-02-29 23:59", 3: "2027-09-03 23:59"}


def why_not(decision):
    with pytest.raises(appeals.NotAppealable) as error:
        appeals.file_appeal(decision)
    return str(error.value)


def test_a_decision_is_appealed_against_once(consultation, moderator):
    _submission, decision = refused(consultation, moderator)
    appeals.file_appeal(decision)

    assert why_not(decision) == "You have already asked for another look at this decision."
    assert Appeal.objects.count() == 1


def test_nothing_else_can_be_appealed_against(consultation, moderator):
    published = decided(held_in(consultation), "publish", moderator)
    submission, changed = refused(consultation, moderator)
    submission.revise(text="The night bus is late.")
    withdrawn_text, withdrawn = refused(consultation, moderator)
    withdrawn_text.withdraw()
    _submission, undone = refused(consultation, moderator)
    take_back(undone, moderator)
    _submission, old = refused(consultation, moderator)
    Decision.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=190))

    assert [why_not(each) for each in (published, changed, withdrawn, undone, old)] == [
        "There is nothing to appeal against.",
        "You have sent another text since. It stands for itself.",
        "This text was withdrawn.",
        "There is nothing to appeal against.",
        "The time for asking for another look is over.",
    ]


def test_who_had_a_hand_in_it_does_not_look_again(consultation, moderator, other, lead):
    _submission, decision = refused(consultation, moderator)
    Opinion.objects.create(case=decision.case, revision=decision.revision, actor=lead, action="publish")
    case = appeals.file_appeal(decision).case

    for who in (moderator, lead):
        with pytest.raises(CaseClosed, match="You had a hand in the decision"):
            decide(case, revision_id=case.revision_id, action="publish", actor=who, reason="Well.")
    appeals.check_reviewer(case, other)
    assert Appeal.objects.get().outcome == "open"


def test_who_took_the_first_decision_back_has_had_a_hand_in_it_too(consultation, moderator, other):
    submission = held_in(consultation)
    take_back(decided(submission, "refuse", other, **REASONED), other)
    Case.objects.update(claimed_by=None, claimed_until=None)
    decision = decided(submission, "refuse", moderator, **REASONED)

    with pytest.raises(CaseClosed):
        appeals.check_reviewer(appeals.file_appeal(decision).case, other)


def test_an_appeal_is_never_answered_without_words(consultation, moderator, other):
    submission, decision = refused(consultation, moderator)
    appeals.file_appeal(decision)

    with pytest.raises(CaseClosed, match="always answered in writing"):
        decided(submission, "publish", other, reason="  ")
    assert (state(submission)["status"], Appeal.objects.get().outcome) == ("refused", "open")


def test_an_overturned_text_stands_where_it_stood_and_teaches_the_rules(consultation, moderator, other):
    submission, decision = refused(consultation, moderator)
    before = submission.received_at
    made = appeals.file_appeal(decision)
    answer = decided(submission, "publish", other, reason="You are right.")

    made.refresh_from_db()
    assert (made.outcome, made.reply, made.answer) == ("overturned", "You are right.", answer)
    assert state(submission) == {
        "status": "published",
        "text": HELD_TEXT,
        "pending": False,
        "received_at": before,
    }
    example = Example.objects.get()
    assert (example.revision, example.expected, example.clause) == (decision.revision, "publish", PRIVATE)
    assert (example.appeal, example.added_by) == (made, other)


def test_an_upheld_decision_teaches_what_a_rule_rightly_holds(consultation, moderator, other):
    submission, decision = refused(consultation, moderator)
    made = appeals.file_appeal(decision)
    decided(submission, "refuse", other, **REASONED)

    made.refresh_from_db()
    example = Example.objects.get()
    assert (made.outcome, example.expected, example.clause) == ("upheld", "hold", PRIVATE)


def test_an_upheld_decision_that_no_rule_had_seen_teaches_nothing(consultation, moderator, other):
    submission = held_in(consultation)
    decision = decided(submission, "refuse", moderator, clauses=["respect"], reason="No.")
    appeals.file_appeal(decision)
    decided(submission, "refuse", other, clauses=["respect"], reason="No again.")

    assert (Appeal.objects.get().outcome, Example.objects.count()) == ("upheld", 0)


def test_a_redaction_after_a_refusal_varies_it(consultation, moderator, other):
    submission, decision = refused(consultation, moderator)
    appeals.file_appeal(decision)
    decided(submission, "redact", other, spans=[NUMBER], **REASONED)

    assert (Appeal.objects.get().outcome, Example.objects.count()) == ("varied", 0)
    assert state(submission)["text"] == "Ring me on [passage removed] about the night bus."


@pytest.mark.parametrize(
    ("answer", "outcome", "text"),
    [
        ({"action": "publish", "reason": "It is a public number."}, "overturned", HELD_TEXT),
        (
            {"action": "redact", "spans": [NUMBER], **REASONED},
            "upheld",
            HELD_TEXT.replace("0491 570 006", "[passage removed]"),
        ),
        (
            {"action": "redact", "spans": [Span("text", 0, 23)], **REASONED},
            "varied",
            "[passage removed] about the night bus.",
        ),
        ({"action": "refuse", **REASONED}, "upheld", HELD_TEXT.replace("0491 570 006", "[passage removed]")),
    ],
)
def test_an_appeal_against_a_redaction(consultation, moderator, other, answer, outcome, text):
    submission = held_in(consultation)
    decision = decided(submission, "redact", moderator, spans=[NUMBER], **REASONED)
    appeals.file_appeal(decision)
    decided(submission, actor=other, **answer)

    now = state(submission)
    assert (Appeal.objects.get().outcome, now["text"], now["pending"]) == (outcome, text, False)


def test_a_change_that_was_refused_is_shown_after_all(consultation, moderator, other):
    submission = submission_to(consultation, "A fine bus.")
    submission.revise(text=HELD_TEXT)
    decision = decided(submission, "refuse", moderator, **REASONED)
    appeals.file_appeal(decision)
    decided(submission, "publish", other, reason="It is a public number.")

    now = state(submission)
    assert (now["text"], now["pending"], submission.current) == (HELD_TEXT, False, decision.revision)


def test_an_answer_that_is_taken_back_leaves_the_appeal_open(consultation, moderator, other):
    submission, decision = refused(consultation, moderator)
    made = appeals.file_appeal(decision)
    answer = decided(submission, "publish", other, reason="You are right.")

    take_back(answer, other)

    made.refresh_from_db()
    assert (made.outcome, made.reply, made.answer, made.decided_at) == ("open", "", None, None)
    assert (state(submission)["status"], Example.objects.count()) == ("refused", 0)
    assert Case.objects.get(pk=made.case_id).closed_at is None


def test_the_second_look_is_the_last(consultation, moderator, other):
    submission, decision = refused(consultation, moderator)
    appeals.file_appeal(decision)
    answer = decided(submission, "refuse", other, **REASONED)

    assert why_not(answer) == "This decision was the second look, so we cannot give another one."
    assert statement_of(latest_decision(submission)).answers.outcome == "upheld"


def test_a_withdrawn_text_ends_its_appeal(consultation, moderator):
    submission, decision = refused(consultation, moderator)
    made = appeals.file_appeal(decision)
    submission.refresh_from_db()
    submission.withdraw()

    assert appeals.settle_appeals() == 1

    made.refresh_from_db()
    assert (made.outcome, made.reply) == ("gone", "The text was withdrawn, so we do not look at it again.")


def test_an_erased_text_ends_its_appeal(consultation, moderator, privacy):
    submission, decision = refused(consultation, moderator)
    appeals.file_appeal(decision)
    submission.erase(privacy)

    assert (appeals.settle_appeals(), Appeal.objects.get().outcome) == (1, "gone")


def test_other_words_that_are_public_end_the_appeal(consultation, moderator):
    submission = held_in(consultation)
    decision = decided(submission, "redact", moderator, spans=[NUMBER], **REASONED)
    made = appeals.file_appeal(decision)
    submission.refresh_from_db()
    submission.revise(text="The night bus is late.")
    Case.objects.filter(pk=made.case_id).update(closed_at=timezone.now() - timedelta(hours=1))

    assert (appeals.settle_appeals(), Appeal.objects.get().outcome) == (1, "gone")


def test_an_appeal_whose_case_was_closed_without_an_answer_gets_another(consultation, moderator):
    _submission, decision = refused(consultation, moderator)
    made = appeals.file_appeal(decision)
    first = made.case_id
    Case.objects.filter(pk=first).update(closed_at=timezone.now() - timedelta(hours=1))

    assert appeals.settle_appeals() == 0

    made.refresh_from_db()
    assert (made.outcome, made.case.cause, made.case.closed_at, made.case_id != first) == (
        "open",
        "appealed",
        None,
        True,
    )

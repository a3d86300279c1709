import pytest

from consultations.models import Status
from moderation.models import Case, Decision, Erasure
from moderation.redress.appeals import file_appeal
from moderation.review.decisions import decide
from moderation.review.hand_over import ask_two, hand_over
from moderation.screening.screen import due_from_now, open_case
from tests.factories import HELD_TEXT, held_in, submission_to

pytestmark = pytest.mark.django_db


def told(submission):
    return list(submission.events.order_by("pk").values_list("kind", "actor", "note", "status"))


def decided(case, action, actor, **how):
    clauses = ["private-details"] if action == "refuse" else []
    return decide(case, revision_id=case.revision_id, action=action, actor=actor, clauses=clauses, **how)


def test_a_case_is_told_of_from_its_opening_to_its_decision(consultation, moderator, lead):
    submission = held_in(consultation)
    case = submission.cases.get()

    hand_over(case, Case.Desk.LEAD, "", moderator)
    decided(Case.objects.get(pk=case.pk), Decision.Action.PUBLISH, lead)

    reason = submission.status_reason
    assert told(submission) == [
        ("received", None, "", "received"),
        ("held", None, reason, "held"),
        ("case_opened", None, "Held by a rule", "held"),
        ("case_handed_over", moderator.pk, "Lead moderator", "held"),
        ("case_decided", lead.pk, "Publish", "held"),
        ("published", lead.pk, "", "published"),
    ]
    assert set(submission.events.values_list("consultation", "revision")) == {(consultation.pk, submission.current_id)}


def test_a_text_that_goes_back_to_its_author_is_returned_and_its_case_not_decided(consultation, moderator):
    submission = held_in(consultation)

    decided(submission.cases.get(), Decision.Action.RETURN, moderator)

    assert [row[0] for row in told(submission)] == ["received", "held", "case_opened", "returned"]


def test_a_first_opinion_is_told_of_without_a_name(consultation, moderator, lead):
    submission = held_in(consultation)
    ask_two(submission.cases.get(), lead)

    decided(submission.cases.get(), Decision.Action.REFUSE, moderator)

    assert [row[:3] for row in told(submission)[3:]] == [
        ("case_second_opinion", lead.pk, ""),
        ("case_second_opinion", None, ""),
    ]


def test_an_edit_that_needs_no_decision_closes_the_case(consultation):
    submission = held_in(consultation)

    submission.revise(text="Please talk to me about the night bus.")

    assert [row[0] for row in told(submission)[2:]] == ["case_opened", "revised", "published", "case_closed"]


def test_an_appeal_is_told_of(consultation, moderator):
    submission = held_in(consultation)
    decision = decided(submission.cases.get(), Decision.Action.REFUSE, moderator)

    file_appeal(decision, "Please look again.")

    assert [row[:3] for row in told(submission)[-2:]] == [
        ("case_opened", None, "Appealed by its author"),
        ("case_appealed", None, ""),
    ]


def test_erasing_closes_the_case_that_waits(consultation, privacy):
    submission = held_in(consultation)

    Erasure.at_once(submission, actor=privacy, reason="A request.")

    assert [row[0] for row in told(submission)[2:]] == ["case_opened", "withdrawn", "erased", "case_closed"]


def test_an_author_does_not_read_how_colleagues_worked(client, consultation, moderator):
    submission = held_in(consultation)
    hand_over(submission.cases.get(), Case.Desk.LEGAL, "", moderator)

    page = client.get(submission.get_receipt_url()).content.decode()

    assert [line in page for line in ("We received it", "Held for a moderator", "Legal", "Case")] == [
        True,
        True,
        False,
        False,
    ]


def test_holding_a_text_takes_as_many_queries_as_before_there_were_events_of_cases(
    consultation, django_assert_num_queries
):
    held_in(consultation)

    with django_assert_num_queries(11):
        submission_to(consultation, HELD_TEXT.replace("night bus", "day bus"))


def test_a_case_that_is_opened_anew_is_told_of_once(consultation):
    submission = submission_to(consultation, "A bus.")

    for _n in range(2):
        case = open_case(submission, submission.current, Case.Cause.OPENED, due_from_now())

    assert [row[0] for row in told(submission)] == ["received", "published", "case_opened"]
    assert (submission.status, case.rank_at) == (Status.PUBLISHED, case.place_in_queue)

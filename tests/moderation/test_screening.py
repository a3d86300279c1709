import pytest

from consultations.models import Status
from moderation.models import Case, Decision, Finding, PolicyVersion, Screening
from moderation.review.decisions import decide
from moderation.screening.screen import due_from_now, open_case
from tests.factories import HELD_TEXT, ConsultationFactory, held_in, submission_to

pytestmark = pytest.mark.django_db

LETTER = "Please run the night bus on line eighteen every half hour, also from Monday to Wednesday."


def open_cases(submission):
    return [(case.revision.number, case.cause) for case in submission.cases.filter(closed_at=None)]


def test_a_screening_keeps_revision_version_and_findings(consultation):
    submission = held_in(consultation)

    screening = Screening.objects.get()
    finding = Finding.objects.get()
    assert (screening.revision, screening.version.number, screening.action) == (submission.current, 1, "hold")
    assert HELD_TEXT[finding.start : finding.end] == "0491 570 006"
    assert (finding.rule, finding.clause, finding.field) == ("phone-number", "personal-information", "text")


def test_a_clean_text_is_screened_too(consultation):
    submission_to(consultation, "The night bus should stop at the east gate.")

    assert [(s.action, s.findings.count()) for s in Screening.objects.all()] == [("publish", 0)]


def test_without_a_policy_everything_is_held(consultation):
    PolicyVersion.objects.all().delete()

    submission = submission_to(consultation)

    assert submission.status == Status.HELD
    assert open_cases(submission) == [(1, "no-policy")]


def test_moderation_before_publication_holds_everything(db):
    submission = submission_to(ConsultationFactory(moderation="before"), "The night bus should stop here.")

    assert (submission.status, open_cases(submission)) == (Status.HELD, [(1, "before")])


def test_an_edit_keeps_its_place_in_the_queue(consultation):
    submission = held_in(consultation)
    due = submission.cases.get().due_at

    submission.revise(text=HELD_TEXT + " Really.")

    case = submission.cases.get()
    assert (case.revision.number, case.due_at) == (2, due)


def test_an_edit_is_no_way_round_a_case_that_a_moderator_opened(consultation):
    submission = submission_to(consultation, "The night bus should stop at the gate.")
    open_case(submission, submission.current, Case.Cause.OPENED, due_from_now())

    submission.revise(text="The night bus should stop at both gates.")

    assert open_cases(submission) == [(2, "opened")]


def test_a_new_text_after_a_refusal_waits_for_a_person(consultation, moderator):
    submission = held_in(consultation)
    decide(
        submission.cases.get(),
        revision_id=submission.current_id,
        action=Decision.Action.REFUSE,
        actor=moderator,
        clauses=["personal-information"],
        reason="No numbers, please.",
    )
    submission.refresh_from_db()

    submission.revise(text="Please talk to me about the night bus.")

    assert (submission.status, open_cases(submission)) == (Status.HELD, [(2, "refused")])


def test_copies_are_counted_within_a_consultation_and_near_copies_everywhere(consultation):
    for _copy in range(6):
        submission_to(consultation, LETTER)
    elsewhere = submission_to(ConsultationFactory(), LETTER)

    noted = set(Finding.objects.values_list("rule", "screening__revision__submission__consultation"))
    assert noted == {("copied-text", consultation.pk), ("near-copies", elsewhere.consultation_id)}
    assert elsewhere.status == Status.PUBLISHED


def test_a_thousand_findings_are_bounded(consultation):
    submission_to(consultation, "Ring 0491 570 006. " * 400)

    assert Finding.objects.count() == 200

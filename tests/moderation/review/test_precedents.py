from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from consultations.models import Revision, Submission
from moderation.findings.redaction import Span
from moderation.models import Appeal, BlindCheck, Case, Citation, Decision, Finding, PolicyVersion, Screening
from moderation.review.decisions import decide
from moderation.review.precedents import precedents_of
from moderation.screening.screen import open_case
from tests.factories import ConsultationFactory, submission_to

pytestmark = pytest.mark.django_db

TEXT = "Ring me on 0491 570 006 about the lamp at the east gate of Alder Park"
NEAR = "Ring me on 0491 570 006 about the lamp at the west gate of Alder Park"
LIKE = "Ring me on 0491 570 006 about the bench near the gate of the old park"
UNLIKE = "My bus never comes; call 0491 570 156 and explain that to somebody who still believes you"
PERSONAL = "personal-information"
NUMBER = [Span("text", 11, 23, "phone removed")]


def case_of(consultation, text=TEXT, **fields):
    return Case.objects.get(submission=submission_to(consultation, text, **fields), closed_at=None)


def decided(consultation, text, actor, action="refuse", **fields):
    case = case_of(consultation, text, **fields)
    judgement = {"clauses": ["personal-information"], "reason": "A number."} if action != "publish" else {}
    spans = NUMBER if action == "redact" else []
    return decide(case, revision_id=case.revision_id, action=action, actor=actor, spans=spans, **judgement)


def references(case):
    return [precedent.reference for precedent in precedents_of(case)]


def test_most_similar_come_first_three_at_most(consultation, moderator):
    rows = [decided(consultation, text, moderator) for text in (UNLIKE, LIKE, NEAR, TEXT)]
    unlike, like, near, same = (row.case.submission.reference for row in rows)

    found = precedents_of(case_of(consultation))

    assert [(each.reference, str(each.likeness)) for each in found] == [
        (same, "the same words"),
        (near, "nearly the same text"),
        (like, "similar"),
    ]
    assert unlike not in [each.reference for each in found]


def test_precedent_says_what_was_decided_and_nothing_is_suggested(consultation, moderator):
    decision = decided(consultation, NEAR, moderator)

    (found,) = precedents_of(case_of(consultation))

    assert (found.case, str(found.action), found.at) == (decision.case_id, "Refused", decision.created_at)
    assert [clause.key for clause in found.clauses] == ["personal-information"]
    assert (found.appeal, found.same_author, found.corrected, found.hard) == ("", False, False, False)
    assert "".join(change.text for change in found.text if change.kind != "new") == NEAR
    assert "".join(change.text for change in found.text if change.kind != "gone") == TEXT


@pytest.mark.parametrize("action", ["publish", "refuse", "redact"])
def test_every_action_is_a_precedent(consultation, moderator, action):
    decided(consultation, NEAR, moderator, action)

    expected = {"publish": "Published", "refuse": "Refused", "redact": "Published without the marked passages"}
    assert [str(each.action) for each in precedents_of(case_of(consultation))] == [expected[action]]


def test_changed_version_by_the_same_author_is_named(consultation, moderator):
    decided(consultation, NEAR, moderator, author_key="a")
    (own,) = precedents_of(case_of(consultation, author_key="a"))
    (other,) = precedents_of(case_of(consultation, author_key="b"))

    assert (own.same_author, own.corrected) == (True, True)
    assert (other.same_author, other.corrected) == (False, False)


def test_earlier_version_of_the_same_submission_is_a_precedent(consultation, moderator):
    refused = decided(consultation, NEAR, moderator)
    submission = Submission.objects.get(pk=refused.case.submission_id)
    submission.revise(text=TEXT)
    case = Case.objects.get(submission=submission, closed_at=None)

    (found,) = precedents_of(case)
    assert (found.reference, found.corrected) == (submission.reference, True)


def test_what_an_appeal_changed_is_said(consultation, moderator):
    decision = decided(consultation, NEAR, moderator)
    appeal = Appeal.objects.create(decision=decision, due_at=timezone.now())
    case = case_of(consultation)

    said = []
    for outcome in Appeal.Outcome.values:
        Appeal.objects.filter(pk=appeal.pk).update(outcome=outcome)
        said.append(str(precedents_of(case)[0].appeal))
    assert said == [
        "appealed, not answered yet",
        "stood on appeal",
        "changed in part on appeal",
        "overturned on appeal",
        "the appeal ended when its author changed or withdrew the text",
    ]


def test_taken_back_imported_and_erased_are_no_precedents(consultation, moderator):
    gone = decided(consultation, NEAR, moderator)
    Decision.objects.filter(pk=gone.pk).update(undone_at=timezone.now())
    elsewhere = decided(consultation, NEAR, moderator)
    Decision.objects.filter(pk=elsewhere.pk).update(imported=True)
    decided(consultation, NEAR, moderator).case.submission.erase(actor=moderator)

    assert references(case_of(consultation)) == []


@pytest.mark.parametrize(
    ("at", "of", "seen"), [("", "legal", 0), ("legal", "legal", 1), ("", "lead", 1), ("legal", "", 1)]
)
def test_what_lies_on_a_restricted_desk_stays_there(consultation, moderator, at, of, seen):
    Case.objects.filter(pk=decided(consultation, NEAR, moderator).case_id).update(desk=of)
    case = case_of(consultation)
    Case.objects.filter(pk=case.pk).update(desk=at)

    assert len(references(Case.objects.get(pk=case.pk))) == seen


def test_whoever_reads_anew_does_not_learn_what_was_decided(consultation, moderator):
    decision = decided(consultation, TEXT, moderator)
    submission = Submission.objects.get(pk=decision.case.submission_id)
    appeal = open_case(submission, decision.revision, Case.Cause.APPEALED, timezone.now())
    assert references(appeal) == []

    Case.objects.filter(pk=appeal.pk).update(closed_at=timezone.now())
    again = Case.objects.create(submission=submission, revision=decision.revision, cause="rule", due_at=timezone.now())
    BlindCheck.objects.create(decision=decision, case=again)
    assert references(Case.objects.get(pk=again.pk)) == []


def test_difference_never_shows_what_was_taken_out(consultation, moderator):
    decided(consultation, NEAR, moderator, "redact")

    (found,) = precedents_of(case_of(consultation, TEXT.replace("0491 570 006", "0491 570 156")))

    gone = "".join(change.text for change in found.text if change.kind != "new")
    assert "[phone removed]" in gone
    assert "0491 570 006" not in gone


def test_difference_to_a_hard_text_is_not_shown(consultation, moderator):
    decision = decided(consultation, NEAR, moderator)
    Case.objects.filter(pk=decision.case_id).update(severity=4)

    (found,) = precedents_of(case_of(consultation))
    assert (found.hard, found.text) == (True, [])


def test_letters_are_found_in_other_consultations_and_plain_texts_are_not(consultation, moderator):
    letter = "Keep the night bus on Harbour Road because nurses travel at four. Ring me on 0491 570 006, {}."
    other = ConsultationFactory()
    decided(other, letter.format("Ann"), moderator)
    short = "Ring me on 0491 570 006 about Alder {}."
    decided(other, short.format("Park"), moderator)

    assert len(references(case_of(consultation, letter.format("Ben")))) == 1
    assert references(case_of(consultation, short.format("Lane"))) == []


def test_partial_shows_precedents_and_nothing_when_there_are_none(client, consultation, moderator):
    client.force_login(moderator)
    case = case_of(consultation)
    assert "Similar decided cases" not in client.get(reverse("queue_case", args=[case.pk])).content.decode()
    decision = decided(consultation, NEAR, moderator)

    page = client.get(reverse("queue_case", args=[case.pk])).content.decode()
    for words in ("Similar decided cases", decision.case.submission.reference, "nearly the same text", "Refused"):
        assert words in page


def many_decided(consultation, moderator, number):
    """Store decided texts as they stand in the tables, without going through the forms."""
    words = "lamp gate park stop road bridge ferry bench tree water light path school night early late slow".split()
    version = PolicyVersion.current()
    texts = [f"{UNLIKE} {n} " + " ".join(words[(n * k + k) % 16] for k in range(3, 60)) for n in range(number)]
    at = timezone.now() - timedelta(days=1)
    submissions = Submission.objects.bulk_create(
        [Submission(kind="comment", consultation=consultation, status="refused") for _ in texts], batch_size=500
    )
    revisions = Revision.objects.bulk_create(
        [Revision(submission=one, number=1, text=text) for one, text in zip(submissions, texts, strict=True)], 500
    )
    pairs = list(zip(submissions, revisions, strict=True))
    cases = Case.objects.bulk_create(
        [Case(submission=one, revision=text, cause="rule", due_at=at, closed_at=at) for one, text in pairs], 500
    )
    screenings = Screening.objects.bulk_create(
        [Screening(revision=text, version=version, action="hold") for text in revisions], 500
    )
    Finding.objects.bulk_create(
        [
            Finding(
                screening=seen,
                rule="phone-number",
                clause="personal-information",
                action="hold",
                field="text",
                start=5,
                end=17,
            )
            for seen in screenings
        ],
        500,
    )
    made = Decision.objects.bulk_create(
        [
            Decision(
                case=case, revision=case.revision, version=version, action="refuse", actor=moderator, reason="A number."
            )
            for case in cases
        ],
        500,
    )
    Citation.objects.bulk_create([Citation(decision=one, clause=PERSONAL) for one in made], 500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself, a little later


@pytest.mark.parametrize("number", [3, 600])
def test_precedents_cost_the_same_however_much_was_decided(consultation, moderator, django_assert_num_queries, number):
    many_decided(consultation, moderator, number)
    case = case_of(consultation, UNLIKE)
    PolicyVersion.current()

    with django_assert_num_queries(11):
        assert precedents_of(case)


@pytest.mark.parametrize("clause", ["personal-information", "advertising"])  # what all cite, and what none does
def test_precedents_among_thousands_are_few_and_cost_no_more(
    consultation, moderator, django_assert_max_num_queries, clause
):
    many_decided(consultation, moderator, 1500)  # three times as many as are ever compared
    case = Case.objects.select_related("submission", "revision").get(pk=case_of(consultation, UNLIKE).pk)
    Finding.objects.filter(screening__revision=case.revision).update(clause=clause)
    PolicyVersion.current()

    with django_assert_max_num_queries(11):
        assert len(precedents_of(case)) <= 3

import pytest
from django.template import Context, Template

from consultations.models import Submission
from moderation.decisions import decide
from moderation.models import Case, Decision, PolicyVersion
from moderation.redaction import Span
from moderation.templatetags.moderation import paragraphs, statement
from tests.factories import held_in, submission_to

pytestmark = pytest.mark.django_db

PRIVATE = "personal-information"
CLAUSE = {"number": 5, "title": "Keep private details private", "url": "/policy/#clause-5"}


def decided(submission, action, by, **kwargs):
    case = Case.objects.get(submission=submission, closed_at=None)
    return decide(case, revision_id=case.revision_id, action=action, by=by, **kwargs)


def read(submission):
    return statement(Submission.objects.select_related("current").get(pk=submission.pk))


def test_statement_of_a_held_text_marks_what_holds_it(consultation):
    submission = submission_to(consultation, "Ring me on 0491 570 006. What bullshit.", language="en")

    assert read(submission) == {
        "submission": submission,
        "decision": None,
        "findings": [
            {
                "letter": "A",
                "explanation": "Looks like an Australian phone number.",
                "action": "hold",
                "clause": CLAUSE,
                "clause_number": 5,
                "clause_title": "Keep private details private",
                "url": "/policy/#clause-5",
            }
        ],
        "marked_title": [],
        "marked": [("Ring me on ", ""), ("0491 570 006", "A"), (". What bullshit.", "")],
        "version": 1,
    }


def test_statement_of_a_refused_text_gives_the_reason(consultation, moderator):
    submission = held_in(consultation)
    decision = decided(submission, "refuse", moderator, clauses=[PRIVATE], reason="It has a number.")

    assert read(submission)["decision"] == {
        "action": "refuse",
        "label": "Refuse",
        "reason": "It has a number.",
        "at": decision.at,
        "imported": False,
        "automated": False,
        "version": 1,
        "of_current_text": True,
        "clauses": [CLAUSE],
    }


def test_statement_after_a_redaction_shows_what_is_left(consultation, moderator):
    submission = held_in(consultation)
    decided(submission, "redact", moderator, clauses=[PRIVATE], reason="A number.", spans=[Span("text", 11, 23)])

    said = read(submission)

    assert said["marked"] == [("Ring me on [passage removed] about the night bus.", "")]
    assert (said["findings"], said["decision"]["of_current_text"]) == ([], True)


def test_statement_tells_a_decision_on_an_earlier_text_apart(consultation, moderator):
    submission = held_in(consultation)
    decided(submission, "refuse", moderator, clauses=[PRIVATE], reason="It has a number.")
    submission.refresh_from_db()
    submission.revise(text="The night bus is late.")

    assert read(submission)["decision"]["of_current_text"] is False


def test_statement_cites_the_clauses_of_the_decisions_own_version(consultation, moderator):
    submission = held_in(consultation)
    decided(submission, "refuse", moderator, clauses=[PRIVATE], reason="It has a number.")
    document = PolicyVersion.objects.get().document
    for clause in document["clauses"]:
        clause["title"] = "New words"
    PolicyVersion.objects.create(number=2, document=document, digest="2")

    said = read(submission)

    assert (said["decision"]["clauses"], said["version"]) == ([CLAUSE], 1)


def test_statement_of_a_text_that_nobody_screened_has_no_findings(consultation):
    PolicyVersion.objects.all().delete()
    said = read(submission_to(consultation, "The bus."))

    assert (said["decision"], said["findings"], said["marked"], said["version"]) == (None, [], [("The bus.", "")], None)


def test_statement_costs_at_most_five_queries(consultation, moderator, django_assert_max_num_queries):
    submission = held_in(consultation)
    decided(submission, "refuse", moderator, clauses=[PRIVATE, "respect"], reason="It has a number.")
    submission = Submission.objects.select_related("current").get(pk=submission.pk)
    read(submission)

    with django_assert_max_num_queries(5):
        statement(submission)


def test_statement_escapes_what_people_typed(consultation, moderator):
    submission = submission_to(consultation, "<b>Ring</b> 0491 570 006")
    decided(submission, "refuse", moderator, clauses=[PRIVATE], reason="<i>No</i>")
    submission.refresh_from_db()

    page = Template("{% load moderation %}{% statement submission %}").render(Context({"submission": submission}))

    assert "<b>Ring</b>" not in page
    assert "<i>No</i>" not in page
    assert "&lt;i&gt;No&lt;/i&gt;" in page
    assert Decision.objects.get().reason == "<i>No</i>"


def test_paragraphs_of_a_policy_file_lose_its_line_breaks():
    assert paragraphs("\nOne line\nof it.\n\nAnother.\n") == ["One line of it.", "Another."]

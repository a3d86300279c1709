from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone

from consultations.models import Submission
from moderation.findings.redaction import Span
from moderation.models import Case, Decision, PolicyVersion
from moderation.redress.reports import file_report
from moderation.redress.statement_context import decision_context
from moderation.redress.statements_of_reasons import latest_decision, statement_of
from moderation.review.decisions import decide
from moderation.templatetags.moderation import paragraphs
from tests.factories import HELD_TEXT, held_in, submission_to

pytestmark = pytest.mark.django_db

PRIVATE = "personal-information"
URL = "/policy/versions/1/#clause-5"
HELD = "A computer noticed it and kept your text back until a person had read it."


def decided(submission, action, actor, **kwargs):
    case = Case.objects.get(submission=submission, closed_at=None)
    return decide(case, revision_id=case.revision_id, action=action, actor=actor, **kwargs)


def refused(submission, actor, **kwargs):
    return decided(submission, "refuse", actor, clauses=[PRIVATE], reason="It has a number.", **kwargs)


def read(submission):
    return decision_context(Submission.objects.select_related("current", "consultation").get(pk=submission.pk))


def told(submission):
    return statement_of(latest_decision(submission))


def essence(statement):
    """Return what a statement says, in short."""
    return {
        "kind": statement.kind,
        "what": statement.what,
        "clauses": [(cited.number, cited.title, cited.url) for cited in statement.clauses],
        "passages": statement.passages,
        "noticed": statement.noticed,
        "current": statement.current,
    }


CLAUSES = [(5, "Keep private details private", URL)]


def test_statement_of_a_held_text_marks_what_holds_it(consultation):
    submission = submission_to(consultation, "Ring me on 0491 570 006. What bullshit.", language="en")

    said = read(submission)

    assert said["said"] is None
    assert essence(said["hold"]) == {
        "kind": "held",
        "what": "Your text waits for a person to read it.",
        "clauses": CLAUSES,
        "passages": ["0491 570 006"],
        "noticed": "rule",
        "current": True,
    }
    assert said["marked"] == [("Ring me on ", ""), ("0491 570 006", "A"), (". What bullshit.", "")]
    assert said["ahead"] == 0


def test_statement_counts_the_texts_that_are_read_before(consultation):
    first, second = held_in(consultation), held_in(consultation)

    assert (read(first)["ahead"], read(second)["ahead"]) == (0, 1)


def test_statement_of_a_refused_text_says_everything(consultation, moderator):
    submission = held_in(consultation)
    decision = refused(submission, moderator)

    said = told(submission)

    assert essence(said) == {
        "kind": "refused",
        "what": "Your text is not published.",
        "clauses": CLAUSES,
        "passages": ["0491 570 006"],
        "noticed": "rule",
        "current": True,
    }
    assert (said.reason, said.at, said.version) == ("It has a number.", decision.created_at, 1)
    assert (said.found, said.decided) == (HELD, "A person decided this, not a computer.")
    assert said.deadline == consultation.closes_at
    assert said.remedy_url.startswith(f"/receipts/{submission.reference}/edit/?key=")
    assert "ombudsman" in said.redress
    assert said.appeal_until.date() > (timezone.now() + timedelta(days=178)).date()


def test_statement_of_a_text_that_was_public_says_so(consultation, moderator):
    submission = submission_to(consultation, "That councillor is a thief.")
    file_report(submission, submission.cleared, reporter_key="a", clause="accusations", text="It is untrue.")
    decided(submission, "refuse", moderator, clauses=["respect"], reason="No.")

    said = told(submission)

    assert (said.kind, said.what, said.noticed) == ("removed", "Your text is not public any more.", "reports")
    assert said.found == "A reader told us about it."


def test_statement_of_a_refused_change_leaves_the_public_text(consultation, moderator):
    submission = submission_to(consultation, "A fine bus.")
    submission.revise(text=HELD_TEXT)
    refused(submission, moderator)

    said = told(submission)

    assert (said.kind, said.what) == ("unchanged", "Your change is not published. The text before it stays public.")


def test_statement_of_what_a_person_alone_found_names_no_computer(consultation, moderator):
    consultation.moderation = "before"
    consultation.save()
    submission = submission_to(consultation, "Somebody is a thief, they say.")
    decided(submission, "refuse", moderator, clauses=["respect"], reason="No.")

    said = told(submission)

    assert (said.noticed, said.passages) == ("person", [])


def test_statement_says_when_a_computer_had_noticed_something_else(consultation, moderator):
    submission = held_in(consultation)
    decided(submission, "refuse", moderator, clauses=["respect"], reason="No.")

    assert told(submission).noticed == "other"


def test_statement_after_a_redaction_quotes_what_was_taken_out(consultation, moderator):
    submission = held_in(consultation)
    decided(submission, "redact", moderator, clauses=[PRIVATE], reason="A number.", spans=[Span("text", 11, 23)])

    said = read(submission)

    assert said["marked"] == [("Ring me on [passage removed] about the night bus.", "")]
    assert essence(said["said"]) == {
        "kind": "redacted",
        "what": "Your text is public without 1 passage.",
        "clauses": CLAUSES,
        "passages": ["0491 570 006"],
        "noticed": "rule",
        "current": True,
    }


def test_statement_of_a_returned_text_marks_the_passage_and_gives_the_deadline(consultation, moderator):
    submission = held_in(consultation)
    decided(submission, "return", moderator, clauses=[PRIVATE], reason="Take it out.", spans=[Span("text", 11, 23)])

    said = read(submission)
    submission.refresh_from_db()

    assert (said["said"].kind, said["said"].deadline) == ("returned", submission.revisable_until)
    assert said["marked"] == [("Ring me on ", ""), ("0491 570 006", "A"), (" about the night bus.", "")]
    assert (said["ahead"], said["said"].appeal_until) == (None, None)


def test_statement_tells_a_decision_on_an_earlier_text_apart(consultation, moderator):
    submission = held_in(consultation)
    refused(submission, moderator)
    submission.refresh_from_db()
    submission.revise(text="The night bus is late.")

    said = read(submission)["said"]
    assert (said.current, said.appeal_until) == (False, None)


def test_statement_passes_over_a_decision_that_was_taken_back(consultation, moderator):
    submission = held_in(consultation)
    decision = refused(submission, moderator)
    Decision.objects.filter(pk=decision.pk).update(undone_at=timezone.now())

    assert latest_decision(submission) is None


def test_statement_cites_the_clauses_of_the_decisions_own_version(consultation, moderator):
    submission = held_in(consultation)
    refused(submission, moderator)
    document = PolicyVersion.objects.get().document
    for clause in document["clauses"]:
        clause["title"] = "New words"
    PolicyVersion.objects.create(number=2, document=document, digest="2")

    said = told(submission)

    assert (essence(said)["clauses"], said.version) == (CLAUSES, 1)


def test_statement_of_a_text_that_nobody_screened_has_no_findings(consultation):
    PolicyVersion.objects.all().delete()
    said = read(submission_to(consultation, "The bus."))

    assert (said["said"], said["hold"], said["marked"]) == (None, None, [("The bus.", "")])


def test_statement_of_a_text_decided_elsewhere_says_so(consultation, moderator):
    submission = held_in(consultation)
    refused(submission, moderator, imported=True)

    said = told(submission)
    assert (said.decided, said.found) == ("Decided where you sent it, before it came to this site.", "")


def test_statement_costs_a_fixed_number_of_queries(consultation, moderator, django_assert_num_queries):
    submission = held_in(consultation)
    refused(submission, moderator)
    submission = Submission.objects.select_related("current", "consultation").get(pk=submission.pk)
    decision_context(submission)

    with django_assert_num_queries(8):
        decision_context(submission)


def test_statement_escapes_what_people_typed(consultation, moderator):
    submission = submission_to(consultation, "<b>Ring</b> 0491 570 006")
    decided(submission, "refuse", moderator, clauses=[PRIVATE], reason="<i>No</i>")
    submission.refresh_from_db()

    page = Template("{% load portal %}{% slot 'receipt.statement' submission=submission key='k' %}").render(
        Context({"submission": submission})
    )

    assert "<b>Ring</b>" not in page
    assert "<i>No</i>" not in page
    assert "&lt;i&gt;No&lt;/i&gt;" in page
    assert Decision.objects.get().reason == "<i>No</i>"


def test_paragraphs_of_a_policy_file_lose_its_line_breaks():
    assert paragraphs("\nOne line\nof it.\n\nAnother.\n") == ["One line of it.", "Another."]

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from moderation.findings.redaction import Span
from moderation.models import Case, Decision, PolicyVersion
from moderation.redress import appeals
from moderation.redress.reports import file_report
from moderation.review.decisions import decide, take_back
from portal.models import AuditEntry
from tests.factories import UserFactory, held_in, submission_to

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 3, 3, 1, 0, tzinfo=UTC)  # in Sydney
PRIVATE = {"clauses": ["personal-information"], "reason": "Amira Kaya's number 0491 570 006 is in it."}
EEA = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
HEADER = [
    "puid",
    "decision_visibility",
    "decision_visibility_other",
    "end_date_visibility_restriction",
    "decision_ground",
    "decision_ground_reference_url",
    "illegal_content_legal_ground",
    "illegal_content_explanation",
    "incompatible_content_ground",
    "incompatible_content_explanation",
    "incompatible_content_illegal",
    "category",
    "category_addition",
    "category_specification",
    "category_specification_other",
    "content_type",
    "content_type_other",
    "content_language",
    "content_date",
    "territorial_scope",
    "application_date",
    "decision_facts",
    "source_type",
    "source_identity",
    "automated_detection",
    "automated_decision",
]


@pytest.fixture
def march(consultation):
    with time_machine.travel(NOON, tick=False) as traveller:
        consultation.opens_at, consultation.closes_at = NOON - timedelta(days=9), NOON + timedelta(days=9)
        consultation.save()
        PolicyVersion.objects.filter().update(effective_from=NOON - timedelta(days=1))
        yield traveller


@pytest.fixture
def other(db):
    return UserFactory(groups=["Submission moderators"])


def decided(submission, action, actor, **kwargs):
    case = Case.objects.get(submission=submission, closed_at=None)
    return decide(case, revision_id=case.revision_id, action=action, actor=actor, **kwargs)


def exported(march, form="csv", since="2027-03-01", until="2027-03-31"):
    march.shift(timedelta(minutes=1))
    out = io.StringIO()
    call_command("export_statements", "--since", since, "--until", until, "--format", form, stdout=out)
    return out.getvalue()


def rows(march, **when):
    return list(csv.DictReader(io.StringIO(exported(march, **when))))


def usual(decision, **fields):
    """Return a row of a text that was held for private details, as JSON reads it, with what is different."""
    clause = decision.version.clause("personal-information")
    return {
        "puid": str(decision.key),
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_DISABLED"],
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "decision_ground_reference_url": "http://testserver/policy/versions/1/#clause-5",
        "incompatible_content_ground": "Clause 5: Keep private details private",
        "incompatible_content_explanation": " ".join(clause.reason.split()),
        "incompatible_content_illegal": "No",
        "category": clause.category,
        "content_type": ["CONTENT_TYPE_TEXT"],
        "content_language": "EN",
        "content_date": "2027-03-03",
        "territorial_scope": EEA.split(),
        "application_date": "2027-03-03",
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": "Yes",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        **fields,
    }


def facts(became, noticed="A rule had kept it back until a person had read it."):
    told = "A person decided, and the author was told why and how to ask for another look."
    return f"A comment in a public consultation. {became} {noticed} {told}"


def lines(march):
    return [json.loads(line) for line in exported(march, form="jsonl").splitlines()]


def test_the_header_has_the_names_of_the_database(march):
    assert exported(march) == ",".join(HEADER) + "\r\n"


def test_a_refusal(march, consultation, moderator):
    decision = decided(held_in(consultation, language="en"), "refuse", moderator, **PRIVATE)

    assert lines(march) == [usual(decision, decision_facts=facts("It was not published."))]


def test_a_refusal_as_a_row_of_csv(march, consultation, moderator):
    decision = decided(held_in(consultation, language="en"), "refuse", moderator, **PRIVATE)

    expected = usual(decision, decision_facts=facts("It was not published."))
    lists = ("decision_visibility", "category_addition", "category_specification", "content_type", "territorial_scope")
    cells = {name: expected.get(name, "") for name in HEADER}
    assert rows(march) == [cells | {name: json.dumps(expected.get(name, [])) for name in lists}]


def test_a_redaction(march, consultation, moderator):
    decision = decided(
        held_in(consultation, language="en"), "redact", moderator, spans=[Span("text", 11, 23)], **PRIVATE
    )

    assert lines(march) == [
        usual(
            decision,
            decision_visibility=["DECISION_VISIBILITY_OTHER"],
            decision_visibility_other="Passages were replaced by a label; the rest is public.",
            decision_facts=facts("It was published without some passages."),
        )
    ]


def test_a_return_to_the_author(march, consultation, moderator):
    decision = decided(held_in(consultation, language="en"), "return", moderator, **PRIVATE)

    became = "It was not published as it was; its author was asked to change it."
    assert lines(march) == [usual(decision, decision_facts=facts(became))]


def test_a_removal_after_a_report(march, consultation, moderator):
    submission = submission_to(consultation, "That driver is slow.", language="en")
    file_report(submission, submission.cleared, reporter_key="a", text="He is not.", reporter_email="r@example.org")
    decision = decided(submission, "refuse", moderator, **PRIVATE)

    assert lines(march) == [
        usual(
            decision,
            decision_visibility=["DECISION_VISIBILITY_CONTENT_REMOVED"],
            source_type="SOURCE_TYPE_OTHER_NOTIFICATION",
            automated_detection="No",
            decision_facts=facts("It was public, and is not shown any more.", "A reader had reported it."),
        )
    ]


def test_a_refused_change(march, consultation, moderator):
    submission = submission_to(consultation, "A fine bus.", language="en")
    submission.revise(text="Ring me on 0491 570 006.")
    decision = decided(submission, "refuse", moderator, **PRIVATE)

    became = "A change to it was not published; the text before it stays public."
    assert lines(march) == [usual(decision, decision_facts=facts(became))]


def test_several_clauses_and_an_unlawful_one(march, consultation, moderator):
    policy = PolicyVersion.objects.get()
    document = policy.document
    for clause in document["clauses"]:
        if clause["key"] == "threats":
            clause |= {
                "ground": "ILLEGAL_CONTENT",
                "legal_basis": "Criminal law",
                "category": "STATEMENT_CATEGORY_VIOLENCE",
            }
        if clause["key"] == "respect":
            clause["category"] = "STATEMENT_CATEGORY_CYBER_VIOLENCE"
    PolicyVersion.objects.create(number=2, document=document, digest="two")
    decided(held_in(consultation), "refuse", moderator, clauses=["threats", "respect"], reason="No.")

    [row] = lines(march)

    assert row["decision_ground"] == "DECISION_GROUND_ILLEGAL_CONTENT"
    assert row["decision_ground_reference_url"] == "http://testserver/policy/versions/2/#clause-3"
    assert row["illegal_content_legal_ground"] == "Criminal law"
    assert "incompatible_content_ground" not in row
    assert (row["category"], row["category_addition"]) == (
        "STATEMENT_CATEGORY_VIOLENCE",
        ["STATEMENT_CATEGORY_CYBER_VIOLENCE"],
    )


def test_a_decision_that_was_overturned_says_until_when_it_held(march, consultation, moderator, other):
    submission = held_in(consultation)
    decision = decided(submission, "refuse", moderator, **PRIVATE)
    march.shift(timedelta(days=1))
    appeals.file_appeal(decision)
    decided(submission, "publish", other, reason="It is a public number.")

    assert [(row["puid"], row["end_date_visibility_restriction"]) for row in rows(march)] == [
        (str(decision.key), "2027-03-04")
    ]


def test_what_restricts_nothing_new_is_left_out(march, consultation, moderator, other):
    decided(held_in(consultation), "publish", moderator)
    decided(held_in(consultation), "refuse", moderator, imported=True, **PRIVATE)
    take_back(decided(held_in(consultation), "refuse", moderator, **PRIVATE), moderator)
    submission = held_in(consultation)
    first = decided(submission, "refuse", moderator, **PRIVATE)
    appeals.file_appeal(first)
    decided(submission, "refuse", other, **PRIVATE)  # confirms the first

    assert [row["puid"] for row in rows(march)] == [str(first.key)]


def test_the_days_are_the_agencys(march, consultation, moderator):
    decided(held_in(consultation), "refuse", moderator, **PRIVATE)

    counts = {
        since: len(rows(march, since=since, until=until))
        for since, until in [("2027-03-02", "2027-03-02"), ("2027-03-03", "2027-03-03"), ("2027-03-04", "2027-03-09")]
    }
    assert counts == {"2027-03-02": 0, "2027-03-03": 1, "2027-03-04": 0}


def test_nobodys_words_are_in_it(march, consultation, moderator):
    submission = held_in(consultation, author_name="Amira Kaya", author_email="amira@example.org")
    decided(submission, "refuse", moderator, **PRIVATE)

    written = exported(march)

    secrets = ["Amira", "0491", "amira@", moderator.first_name + " ", moderator.email, submission.reference]
    assert [secret for secret in secrets if secret in written] == []


def test_taking_statements_away_is_in_the_ledger(march, consultation, moderator, tmp_path):
    decided(held_in(consultation), "refuse", moderator, **PRIVATE)
    march.shift(timedelta(minutes=1))
    file = tmp_path / "statements.csv"

    call_command("export_statements", "--since", "2027-03-01", "--until", "2027-03-31", "--output", file)

    assert file.read_bytes().count(b"\r\n") == 2
    entry = AuditEntry.objects.get(action="statements.exported")
    assert entry.facts == {"since": "2027-03-01", "until": "2027-03-31", "format": "csv", "count": 1}


def test_days_the_wrong_way_round_are_refused():
    with pytest.raises(CommandError, match="The last day comes before the first"):
        call_command("export_statements", "--since", "2027-03-09", "--until", "2027-03-01")


def test_an_export_reads_many_decisions_at_a_time(march, consultation, moderator, django_assert_num_queries):
    for _number in range(3):
        decided(held_in(consultation), "refuse", moderator, **PRIVATE)
    exported(march)

    with django_assert_num_queries(10):
        exported(march)
    for _number in range(3):
        decided(held_in(consultation), "refuse", moderator, **PRIVATE)
    with django_assert_num_queries(10):
        assert exported(march).count("\r\n") == 7
    assert Decision.objects.count() == 6
    assert timezone.now() > NOON

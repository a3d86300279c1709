"""Votes in what officers take away, in open data, and in what is held about a person."""

import csv
import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from consultations.models import StatementTally, StatementVote, Status
from moderation.retention.due import marked_rows
from moderation.retention.job import forget_marks
from moderation.statistics.pace import PACE_RANGES, pace_of
from portal.accounts.visitors import person_key
from portal.models import AuditEntry
from portal.privacy.closing import close_account
from portal.privacy.person import all_record_kinds, find_person
from tests.factories import ConsultationFactory, statement_for, submission_to, votes_on
from tests.search.exports.downloads import taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation():
    return ConsultationFactory(modes=["statements"])


def close(consultation):
    consultation.closes_at = timezone.now() - timedelta(minutes=1)
    consultation.save()


def test_a_file_of_officers_has_the_votes(client, consultation, officer):
    statement = statement_for(consultation, "Buses first.")
    statement_for(consultation, "Nobody answered this.")
    votes_on(statement, agree=3, disagree=1)
    submission_to(consultation, "A comment.")
    call_command("relay", verbosity=0)
    client.force_login(officer)

    rows = [json.loads(line) for line in taken(client, "jsonl").read("submissions.jsonl").decode().splitlines()]

    assert {(row["text"], row["agree"], row["disagree"], row["pass"]) for row in rows} == {
        ("Buses first.", "3", "1", "0"),
        ("Nobody answered this.", "0", "0", "0"),
        ("A comment.", "", "", ""),
    }


def test_programs_read_votes_after_the_closing_and_never_those_of_a_few(
    client, consultation, django_assert_num_queries
):
    many, few = statement_for(consultation, "Many."), statement_for(consultation, "Few.")
    votes_on(many, agree=4, disagree=1)
    votes_on(few, agree=4)
    address = f"/api/v1/consultations/{consultation.slug}/submissions"

    def figures():
        return {one["text"]: one["figures"] for one in client.get(address).json()["submissions"]}

    assert figures() == {"Many.": {}, "Few.": {}}
    close(consultation)
    assert figures() == {"Many.": {"agree": 4, "disagree": 1, "pass": 0}, "Few.": {}}
    assert client.get(f"/api/v1/consultations/{consultation.slug}").json()["counts"]["statements"] == 2


def test_a_closed_account_keeps_its_votes_as_figures(citizen, consultation):
    statement = statement_for(consultation)
    StatementVote.cast(statement, person_key("user", str(citizen.pk)), "agree")

    close_account(citizen, with_texts=False)

    assert (StatementVote.objects.count(), StatementTally.objects.get().agree_count) == (1, 1)


def test_an_erased_person_has_no_votes_and_the_counts_stay(citizen, consultation, privacy):
    for text in ("One.", "Two."):
        statement = statement_for(consultation, text)
        StatementVote.cast(statement, person_key("user", str(citizen.pk)), "disagree")
    person = find_person(citizen.email)
    assert len(person.found(StatementVote)) == 2

    [kind] = [each for each in all_record_kinds() if each.model is StatementVote]
    kind.erase(kind.rows(person), person, privacy)

    assert len(find_person(citizen.email).found(StatementVote)) == 0
    assert StatementVote.objects.values("voter_key").distinct().count() == 2
    assert [each.disagree_count for each in StatementTally.objects.all()] == [1, 1]


def test_when_marks_have_served_their_purpose_one_voter_stays_one_voter(consultation):
    one, other = statement_for(consultation, "One."), statement_for(consultation, "Other.")
    for statement, voter in ((one, "a"), (other, "a"), (one, "b")):
        StatementVote.cast(statement, voter, "agree")

    list(forget_marks([consultation]))

    keys = list(StatementVote.objects.order_by("pk").values_list("voter_key", flat=True))
    assert (keys[0] == keys[1], keys[0] != keys[2], {key[0] for key in keys}) == (True, True, {"~"})
    assert [rows.count() for rows, key in marked_rows([consultation]) if rows.model is StatementVote] == [0]


def test_staff_see_the_pace_of_votes(client, consultation, moderator):
    votes_on(statement_for(consultation), agree=2, disagree=1)
    client.force_login(moderator)

    assert pace_of(PACE_RANGES["hour"]).together.totals["votes"] == 3
    assert "Answers to statements" in client.get(reverse("pace")).content.decode()


def votes_taken(client, consultation):
    response = client.get(reverse("statement_votes", args=[consultation.pk]))
    return list(csv.reader(b"".join(response.streaming_content).decode().splitlines()))


def test_an_officer_takes_the_votes_with_names_good_for_one_file(client, consultation, officer):
    one, other, held = (statement_for(consultation, text) for text in ("One.", "Other.", "Held later."))
    for statement, voter, choice in (
        (one, "a", "agree"),
        (one, "b", "pass"),
        (other, "a", "disagree"),
        (held, "a", "agree"),
    ):
        StatementVote.cast(statement, voter, choice)
    held.move(Status.HELD)
    client.force_login(officer)
    assert reverse("statement_votes", args=[consultation.pk]) in text_of_staff_page(client, consultation)

    header, *rows = votes_taken(client, consultation)
    again = votes_taken(client, consultation)[1:]

    assert header == ["statement", "voter", "choice"]
    assert sorted((row[0], row[2]) for row in rows) == sorted(
        [(one.reference, "agree"), (one.reference, "pass"), (other.reference, "disagree")]
    )
    assert rows == sorted(rows)  # by statement and made-up name, so that lines join no two files
    named = {(row[0], row[2]): row[1] for row in rows}
    assert named[one.reference, "agree"] == named[other.reference, "disagree"] != named[one.reference, "pass"]
    assert {row[1] for row in rows} & {row[1] for row in again} == set()
    entries = AuditEntry.objects.filter(action="consultation.votes_exported")
    assert [(entry.by, entry.facts) for entry in entries] == [(officer.pk, {"count": 3})] * 2


def text_of_staff_page(client, consultation):
    listed = client.get(reverse("staff_consultations")).content.decode()
    address = reverse("consultation_statements", args=[consultation.pk])
    assert address in listed
    return client.get(address).content.decode()


def test_an_officer_adds_no_statements(client, consultation, officer):
    client.force_login(officer)
    address = reverse("consultation_statements", args=[consultation.pk])

    assert "<textarea" not in client.get(address).content.decode()
    assert client.post(address, {"lines": "Mine."}).status_code == 302
    assert not consultation.submissions.exists()

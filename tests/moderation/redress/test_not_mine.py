"""“This was not me”: a text that stands under somebody's name is hidden until a person has looked."""

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.counts import count
from consultations.models import Status, Submission
from moderation.models import Case, Report
from moderation.models.redress import NOT_MINE, TEXTS_LIFTED_BY_A_NETWORK
from moderation.redress import reports
from moderation.redress.reports import file_report, network_key
from portal.models import Message
from tests.consultations.submitting import stamp
from tests.factories import submission_to
from tests.moderation.redress.decisions import decided

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment(consultation):
    return submission_to(consultation, "I want the wharf closed.", author_name="Wilhelmina Fitz")


def disavow(text, reader="a", network=""):
    key = network_key(network, timezone.localdate()) if network else ""
    return file_report(text, text.cleared, reporter_key=reader, clause=NOT_MINE, network_key=key)


def fresh(text):
    return Submission.objects.get(pk=text.pk)


def test_it_is_hidden_at_once_and_counts_nowhere(client, consultation, comment):
    assert count(consultation)["comments"] == 1

    report = disavow(comment)

    stands = fresh(comment)
    assert (stands.status, stands.is_public) == (Status.HELD, False)
    assert "under their name" in stands.status_reason
    assert (report.outcome, report.case.cause) == (Report.Outcome.OPEN, Case.Cause.REPORTED)
    assert count(consultation)["comments"] == 0
    assert "I want the wharf closed." not in client.get(consultation.get_absolute_url()).content.decode()
    assert stands.current.text == "I want the wharf closed."  # the record stays


def test_any_other_report_leaves_it_public(comment):
    file_report(comment, comment.cleared, reporter_key="a", clause="", text="Untrue.")

    assert fresh(comment).is_public


def test_author_is_told(consultation):
    text = submission_to(consultation, author_name="Amira", author_email="amira@example.org")
    Message.objects.about(text).delete()

    disavow(text)

    assert Message.objects.about(text).count() == 1


def test_person_who_keeps_it_shows_it_again_and_it_is_not_hidden_twice(comment, moderator):
    report = disavow(comment)
    decided(fresh(comment), "publish", moderator)
    assert (fresh(comment).is_public, Report.objects.get(pk=report.pk).outcome) == (True, Report.Outcome.KEPT)

    again = disavow(fresh(comment), reader="b")

    assert (fresh(comment).is_public, again.outcome) == (True, Report.Outcome.KEPT)


def test_person_who_agrees_refuses_it(comment, moderator):
    report = disavow(comment)

    decided(fresh(comment), "refuse", moderator, clauses=["respect"], reason="It was not written by her.")

    assert (fresh(comment).status, Report.objects.get(pk=report.pk).outcome) == (Status.REFUSED, Report.Outcome.UPHELD)


def test_network_that_says_so_of_many_texts_hides_no_more(consultation):
    texts = [
        submission_to(consultation, f"Text {n}.", author_name=f"Fitz {n}") for n in range(TEXTS_LIFTED_BY_A_NETWORK + 2)
    ]

    for n, text in enumerate(texts):
        disavow(text, reader=f"r{n}", network="198.51.100.7")

    hidden = [not fresh(text).is_public for text in texts]
    assert hidden == [True] * TEXTS_LIFTED_BY_A_NETWORK + [False] * 2
    assert Report.objects.filter(outcome=Report.Outcome.OPEN).count() == len(texts)  # a person looks at each


def test_form_costs_a_puzzle_and_hides_nothing_without_it(client, comment):
    address = reverse("moderation:report", args=[comment.reference])
    fields = {"clause": NOT_MINE, "text": "", "email": "", "stamp": stamp(), "number": 1, "token": "t" * 16}

    answer = client.post(address, fields)

    assert (answer.status_code, "captcha" in answer.context["form"].fields) == (422, True)
    assert fresh(comment).is_public


def test_outcome_page_says_that_nobody_sees_it(client, comment):
    page = client.get(disavow(comment).get_receipt_url()).content.decode()

    assert "Nobody sees the text until then." in page
    assert "This was not me" in page


def test_moderator_reads_what_was_said(client, comment, moderator):
    report = disavow(comment)
    client.force_login(moderator)

    page = client.get(reverse("queue_case", args=[report.case.pk])).content.decode()

    assert "Says: this was not me" in page


def test_author_does_not_undo_it_by_another_text(comment, moderator):
    report = disavow(comment)

    fresh(comment).revise(text="I want the wharf closed!", title="")

    assert (fresh(comment).status, Report.objects.get(pk=report.pk).outcome) == (Status.HELD, Report.Outcome.OPEN)
    assert Case.objects.get(submission=comment, closed_at=None).revision == fresh(comment).current


@pytest.mark.parametrize(
    "fields",
    [
        {"author_name": ""},
        {"author_name": "Lena Ortiz", "by_staff": True},
        {"author_name": "Lena Ortiz", "by_staff": True, "official_line": "Head, Buses"},
    ],
)
def test_only_what_stands_under_a_name_is_hidden(client, consultation, fields):
    text = submission_to(consultation, "We keep the wharf.", **fields)

    disavow(text)

    assert fresh(text).is_public
    assert "This was not me" not in client.get(reverse("moderation:report", args=[text.reference])).content.decode()


def test_no_more_than_some_are_hidden_in_an_hour(consultation, monkeypatch):
    monkeypatch.setattr(reports, "HIDDEN_AN_HOUR", 2)
    texts = [submission_to(consultation, f"Text {n}.", author_name=f"Fitz {n}") for n in range(4)]

    for n, text in enumerate(texts):
        disavow(text, reader=f"r{n}", network=f"198.51.{n}.7")

    assert [fresh(text).is_public for text in texts] == [False, False, True, True]

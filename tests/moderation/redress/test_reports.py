from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consultations.models import Status
from moderation.models import Appeal, BlindCheck, Case, Decision, Report
from moderation.redress.reports import NotReportable, count_clusters, file_report, network_key, settle_reports
from moderation.review.decisions import take_back
from portal.models import Message
from portal.outbox.sending import send_due
from tests.factories import HELD_TEXT, held_in, submission_to
from tests.mailing import sent_a_minute_later, waiting_messages
from tests.moderation.redress.decisions import ADDRESS, UNTRUE, decided, reported

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment(consultation):
    return submission_to(consultation, "That driver is slow.")


def refused(submission, actor):
    return decided(submission, "refuse", actor, clauses=["respect"], reason="No.")


def outcomes():
    return list(Report.objects.order_by("id").values_list("outcome", flat=True))


# How many voices there are


@pytest.mark.parametrize(
    ("voices", "count"),
    [
        ([], 0),
        ([{"a"}, {"b"}, {"c"}], 3),
        ([{"a", "x"}, {"b", "x"}, {"c"}], 2),
        ([{"a"}, {"b"}, {"a", "b"}], 1),  # the last one ties the first two together
        ([{"a"}, {"b"}, {"c", "b"}, {"d", "c"}, {"e"}], 3),
        ([set(), set()], 2),
    ],
)
def test_clusters_counts_what_shares_no_mark(voices, count):
    assert count_clusters(voices) == count


@given(st.lists(st.sets(st.integers(0, 8), max_size=3), max_size=12))
def test_clusters_does_not_depend_on_the_order(voices):
    assert count_clusters(voices) == count_clusters(voices[::-1])
    assert count_clusters(voices) <= len(voices)


def test_network_key_is_that_of_the_network_and_the_day():
    day = date(2027, 3, 1)
    same = network_key("203.0.113.7", day)

    assert same == network_key("203.0.113.250", day)
    assert same != network_key("203.0.114.7", day)
    assert same != network_key("203.0.113.7", date(2027, 3, 2))
    assert network_key("2001:db8:1:2::1", day) == network_key("2001:db8:1:3::1", day)
    assert network_key("", day) == ""


# Into the queue


def test_a_report_opens_a_case_and_leaves_the_text_public(comment):
    with time_machine.travel(datetime(2027, 3, 1, 23, 0, tzinfo=UTC), tick=False):  # Tuesday, 10 am in Sydney
        made = reported(comment, **UNTRUE)

    case = made.case
    assert (case.cause, case.revision, case.report_count, case.severity) == ("reported", comment.cleared, 1, 3)
    assert timezone.localtime(case.due_at).strftime("%a %H:%M") == "Wed 10:00"
    comment.refresh_from_db()
    assert comment.status == Status.PUBLISHED


def test_a_flood_from_one_place_counts_once(comment):
    for reader in "abcde":
        reported(comment, reader, network_key="one", text=f"Words of {reader}.")
    for reader in "fgh":
        reported(comment, reader, network_key=reader, text="  The same WORDS. ".strip().replace("  ", " "))
    reported(comment, "i", network_key="i")

    case = Case.objects.get()
    assert (Report.objects.count(), case.report_count) == (9, 3)


def test_who_reports_text_after_text_decides_for_three_of_them_what_is_read_first(consultation):
    texts = [submission_to(consultation, f"Harmless text {n}.") for n in range(10)]
    cases = [reported(text, f"reader {n}", network_key="one", **UNTRUE).case for n, text in enumerate(texts)]
    danger = reported(submission_to(consultation, "Another text."), "x", network_key="one", clause="threats").case
    elsewhere = reported(submission_to(consultation, "Yet another."), "y", network_key="two", **UNTRUE).case
    of_all = [reported(texts[9], f"other {n}", network_key="one", text=f"Words {n}.").case for n in range(5)]

    assert [case.severity for case in cases] == [3] * 3 + [0] * 7
    assert [danger.severity, elsewhere.severity] == [4, 3]
    assert [case.report_count for case in of_all] == [1] * 5
    assert {case.due_at.date() for case in cases} == {cases[0].due_at.date()}  # all are read when it was promised


def test_more_reports_bring_a_case_forward(comment):
    with time_machine.travel(datetime(2027, 3, 1, 23, 0, tzinfo=UTC), tick=False):  # Tuesday, 10 am in Sydney
        first = reported(comment, "a").case.rank_at
        second = reported(comment, "b").case.rank_at
        grave = reported(comment, "c", clause="threats").case

    assert (first - second, grave.severity) == (timedelta(minutes=10), 4)
    assert timezone.localtime(grave.due_at).strftime("%a %H:%M") == "Tue 10:30"
    assert grave.rank_at < second


def test_a_reader_reports_a_text_once(comment):
    reported(comment)

    with pytest.raises(NotReportable, match="already told us"):
        reported(comment, clause="threats")
    assert Report.objects.count() == 1


def test_what_is_not_public_cannot_be_reported(consultation, comment):
    read = comment.cleared
    comment.revise(text="That driver was slow.")
    comment.refresh_from_db()

    with pytest.raises(NotReportable, match="changed or taken away"):
        file_report(comment, read, reporter_key="a")
    comment.withdraw()
    with pytest.raises(NotReportable):
        file_report(comment, comment.cleared, reporter_key="a")
    assert Report.objects.count() == 0


def test_a_report_about_a_text_whose_change_waits_joins_that_case(comment):
    comment.revise(text=HELD_TEXT)
    waiting = Case.objects.get()
    made = reported(comment, **UNTRUE)

    waiting.refresh_from_db()
    assert (made.case, waiting.cause, waiting.revision) == (waiting, "rule", comment.revisions.last())
    assert waiting.report_count == 1


def test_a_silent_check_gives_way_to_a_report(consultation, moderator):
    submission = held_in(consultation)
    decision = decided(submission, "publish", moderator)
    case = Case.objects.create(submission=submission, revision=decision.revision, cause="rule", due_at=timezone.now())
    BlindCheck.objects.create(decision=decision, case=case)

    made = reported(submission)

    assert (made.case, Case.objects.get(pk=case.pk).cause, BlindCheck.objects.count()) == (case, "reported", 0)


# What comes of it


def test_a_kept_text_is_not_opened_again_unless_under_another_clause(comment, moderator):
    reported(comment, "a", **UNTRUE)
    decided(comment, "publish", moderator)

    again = reported(comment, "b", clause="accusations", reporter_email=ADDRESS)
    other = reported(comment, "c", clause="respect")

    assert (again.outcome, again.case, waiting_messages()) == ("kept", None, [("moderation/report", ADDRESS)])
    assert (other.outcome, other.case.closed_at) == ("open", None)
    assert outcomes() == ["kept", "kept", "open"]


def test_a_kept_text_that_its_author_changed_can_be_reported_anew(comment, moderator):
    reported(comment, "a", **UNTRUE)
    decided(comment, "publish", moderator)
    comment.refresh_from_db()
    comment.revise(text="That driver is very slow.")

    assert reported(comment, "b", **UNTRUE).outcome == "open"


def test_a_refusal_upholds_the_reports(comment, moderator):
    reported(comment, "a")
    reported(comment, "b")
    refused(comment, moderator)

    assert outcomes() == ["upheld", "upheld"]


def test_a_redaction_upholds_the_reports(comment, moderator):
    reported(comment)
    decided(
        comment,
        "redact",
        moderator,
        clauses=["personal-information"],
        reason="A name.",
        spans=[("text", 5, 15, "name removed")],
    )

    assert outcomes() == ["upheld"]


def test_a_decision_that_is_taken_back_leaves_the_reports_open(comment, moderator):
    reported(comment, reporter_email=ADDRESS)
    decision = refused(comment, moderator)
    assert (Report.objects.get().reporter_email, waiting_messages()) == ("", [("moderation/report", ADDRESS)])

    take_back(decision, moderator)

    found = Report.objects.get()
    assert (found.outcome, found.closed_at, found.reporter_email) == ("open", None, ADDRESS)
    assert waiting_messages() == []
    comment.refresh_from_db()
    assert comment.status == Status.PUBLISHED


def test_a_change_that_is_published_ends_the_reports_about_the_text_before(comment, moderator):
    comment.revise(text=HELD_TEXT)
    reported(comment)
    decided(comment, "publish", moderator)

    assert outcomes() == ["gone"]


def test_a_refused_change_leaves_the_reported_text_to_be_looked_at(comment, moderator):
    comment.revise(text=HELD_TEXT)
    made = reported(comment)
    decided(comment, "refuse", moderator, clauses=["personal-information"], reason="A number.")
    assert (outcomes(), settle_reports()) == (["open"], 0)

    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        assert settle_reports() == 0

    case = Case.objects.get(closed_at=None)
    made.refresh_from_db()
    assert (made.case, case.cause, case.revision, made.outcome) == (case, "reported", comment.cleared, "open")


def test_a_withdrawn_text_ends_its_reports(comment):
    reported(comment)
    comment.refresh_from_db()
    comment.withdraw()

    assert (settle_reports(), outcomes()) == (1, ["gone"])


def test_a_text_that_its_author_changed_well_ends_its_reports(comment):
    reported(comment)
    comment.refresh_from_db()
    comment.revise(text="That councillor could do more.")

    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        assert settle_reports() == 1
    assert outcomes() == ["gone"]


# Telling the reader


def letters():
    return [(message.to, message.subject, message.body) for message in sent_a_minute_later()]


def test_a_reader_who_left_an_address_hears_the_outcome_once(comment, moderator):
    made = reported(comment, reporter_email=ADDRESS)
    assert letters() == []
    decided(comment, "publish", moderator)

    [(to, subject, body)] = letters()
    assert letters() == [(to, subject, body)]

    assert (to, subject) == ([ADDRESS], f"Your report {made.reference}: We keep the text as it is")
    assert f"http://testserver{made.get_receipt_url()}" in body
    assert "That councillor" not in body
    assert Report.objects.get().reporter_email == ""


def test_nothing_is_told_while_the_decision_can_be_taken_back(comment, moderator):
    reported(comment, reporter_email=ADDRESS)
    decided(comment, "publish", moderator)

    send_due()

    assert mail.outbox == []


def test_no_address_of_a_reader_is_kept_once_told(comment, moderator):
    reported(comment, reporter_email=ADDRESS)
    decided(comment, "publish", moderator)
    letters()

    assert list(Message.objects.values_list("state", "recipient")) == [("sent", "")]


def test_an_appeal_takes_the_reports_with_it(consultation, comment, moderator, lead):
    from moderation.redress import appeals

    reported(comment)
    decision = refused(comment, moderator)
    appeals.file_appeal(decision)
    decided(comment, "publish", lead, reason="It is an opinion.")

    assert (Appeal.objects.get().outcome, outcomes()) == ("overturned", ["upheld"])
    assert Decision.objects.count() == 2

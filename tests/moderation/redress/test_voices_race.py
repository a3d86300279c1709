"""Readers and authors who press at the same moment: nothing is counted twice, nothing is lost."""

import pytest

from consultations.models import Submission
from moderation.models import Appeal, Case, Report
from moderation.redress.appeals import NotAppealable, file_appeal
from moderation.redress.reports import NotReportable, file_report
from moderation.review.decisions import decide
from tests.factories import UserFactory
from tests.moderation.concurrency import held_enquiry, together

pytestmark = [
    pytest.mark.django_db(transaction=True),
]


def test_readers_at_the_same_moment_share_one_case_and_none_counts_twice():
    text = Submission.receive(kind="enquiry", text="The bus is late, they say.")

    def press(number):
        submission = Submission.objects.get(pk=text.pk)
        try:
            file_report(submission, submission.cleared, reporter_key=f"reader {number % 6}")
        except NotReportable:
            return "refused"
        return "taken in"

    results = together(press, range(12))  # everybody presses twice

    assert sorted(results.values()) == ["refused"] * 6 + ["taken in"] * 6
    case = Case.objects.get()
    assert (case.report_count, case.reports.count(), Report.objects.count()) == (6, 6, 6)


def test_an_author_who_presses_many_times_appeals_once():
    moderator = UserFactory(groups=["Submission moderators"])
    case = held_enquiry().cases.get()
    decision = decide(
        case,
        revision_id=case.revision_id,
        action="refuse",
        actor=moderator,
        clauses=["personal-information"],
        reason="A number.",
    )

    def press(_number):
        try:
            file_appeal(decision)
        except NotAppealable:
            return "refused"
        return "taken in"

    results = together(press, range(6))

    assert sorted(results.values()) == ["refused"] * 5 + ["taken in"]
    assert (Appeal.objects.count(), Case.objects.filter(closed_at=None).count()) == (1, 1)

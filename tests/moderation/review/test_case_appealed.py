import pytest
from django.urls import reverse

from consultations.models import Status
from moderation.findings.redaction import Span
from moderation.models import Appeal, Case, CaseClosed, Decision, Example, Report
from moderation.redress import appeals
from moderation.redress.reports import file_report
from moderation.review.decisions import decide, take_back
from portal.models import AuditEntry
from tests.factories import HELD_TEXT, held_in, submission_to
from tests.mailing import waiting_messages
from tests.moderation.case_pages import PRIVATE, case_of, page_of, redaction, refusal, send, url

pytestmark = pytest.mark.django_db

REFUSE = {"action": "refuse", "clauses": [PRIVATE], "reason": "It has a number."}
REDACT = {**REFUSE, "action": "redact", "spans": [Span("text", 11, 23, "phone number removed")]}


def appealed(consultation, first, wish=REFUSE, text="The number is the agency's own."):
    submission = held_in(consultation)
    case = case_of(submission)
    appeals.file_appeal(decide(case, revision_id=case.revision_id, actor=first, **wish), text)
    submission.refresh_from_db()
    return submission


def test_page_of_an_appeal_shows_what_it_is_about_and_not_by_whom(danas_desk, consultation, moderator):
    page = page_of(danas_desk, case_of(appealed(consultation, moderator)))

    assert "The number is the agency&#x27;s own." in page
    assert "<b>Refuse</b> · clause 5 (Keep private details private)" in page
    assert "“It has a number.”" in page
    assert str(moderator) not in page


def test_answer_to_an_appeal_is_not_offered_ready_made(danas_desk, consultation, moderator, dana):
    form = danas_desk.get(url(case_of(appealed(consultation, moderator), actor=dana))).context["form"]

    assert (form.initial["clauses"], form.initial["reason"]) == ([PRIVATE], "")


def test_first_reader_gets_no_form(desk, consultation, moderator):
    case = case_of(appealed(consultation, moderator))

    desk.post(reverse("queue_take", args=[case.pk]))
    page = page_of(desk, case)
    response = send(desk, case, **refusal(action="publish"))

    assert "You had a hand in the decision that is appealed against" in page
    assert "data-decision" not in page
    assert (response.status_code, Decision.objects.count()) == (409, 1)


@pytest.mark.parametrize("action", ["publish", "refuse", "redact"])
def test_every_outcome_is_answered_in_writing(danas_desk, consultation, moderator, dana, action):
    case = case_of(appealed(consultation, moderator), actor=dana)

    response = send(danas_desk, case, **redaction(action=action, reason=" ", others="night bus"))

    assert response.context["form"].errors["reason"] == ["Write the reason; the author will read it."]
    with pytest.raises(CaseClosed, match="always answered in writing"):
        decide(case, revision_id=case.revision_id, action=action, actor=dana, clauses=[PRIVATE])


def test_overturned_text_stands_where_it_stood(danas_desk, consultation, moderator, dana):
    submission = appealed(consultation, moderator)
    received_at = submission.received_at

    send(danas_desk, case_of(submission, actor=dana), action="publish", reason="You are right.")

    submission.refresh_from_db()
    found = Appeal.objects.get()
    assert (submission.status, submission.public_text, submission.received_at) == (
        Status.PUBLISHED,
        HELD_TEXT,
        received_at,
    )
    assert (found.outcome, found.reply, found.answer.actor) == ("overturned", "You are right.", dana)
    assert list(Example.objects.values_list("revision", "expected")) == [(submission.current_id, "publish")]


def test_appeal_is_not_returned_to_its_author(danas_desk, consultation, moderator, dana):
    case = case_of(appealed(consultation, moderator), actor=dana)

    assert 'value="return"' not in page_of(danas_desk, case)
    with pytest.raises(CaseClosed, match="An appeal gets an answer"):
        decide(case, revision_id=case.revision_id, action="return", actor=dana, clauses=[PRIVATE], reason="Hm.")


def test_answer_that_is_taken_back_leaves_the_appeal_open(consultation, moderator, dana):
    case = case_of(appealed(consultation, moderator))
    decision = decide(case, revision_id=case.revision_id, action="publish", actor=dana, reason="You are right.")

    take_back(decision, dana)

    found = Appeal.objects.get()
    assert (found.outcome, found.reply, found.answer, found.decided_at) == ("open", "", None, None)
    assert not Example.objects.exists()
    assert case_of(case.submission).cause == Case.Cause.APPEALED


# What was taken out


def test_appeal_against_a_redaction_is_judged_on_the_whole_text(danas_desk, consultation, moderator, dana):
    submission = appealed(consultation, moderator, REDACT)
    case = case_of(submission, actor=dana)
    page = page_of(danas_desk, case)
    assert "0491 570 006" not in page
    assert send(danas_desk, case, action="publish", reason="You are right.").status_code == 409

    danas_desk.post(reverse("queue_unseal", args=[case.pk]))
    page = page_of(danas_desk, case)

    assert "0491 570 006" in page
    assert [entry.by for entry in AuditEntry.objects.filter(action="sealed.opened")] == [dana.pk]
    assert send(danas_desk, case, action="publish", reason="You are right.").status_code == 302
    submission.refresh_from_db()
    assert (submission.public_text, Appeal.objects.get().outcome) == (HELD_TEXT, "overturned")


@pytest.mark.parametrize("who", ["moderator", "dana"])
def test_sealed_text_is_opened_by_the_second_reader_only(request, client, consultation, moderator, who):
    case = case_of(appealed(consultation, moderator, REDACT))
    client.force_login(request.getfixturevalue(who))

    client.post(reverse("queue_unseal", args=[case.pk]))

    assert "0491 570 006" not in page_of(client, case)
    assert not AuditEntry.objects.filter(action="sealed.opened").exists()


def test_text_in_full_again_is_sealed_no_more(desk, consultation, moderator, dana):
    submission = appealed(consultation, moderator, REDACT)
    case = case_of(submission)
    decide(case, revision_id=case.revision_id, action="publish", actor=dana, reason="You are right.")

    assert "Passages were taken out" not in page_of(desk, case)


# Reports


def test_page_lists_reasons_of_readers_and_never_who_they_are(desk, consultation):
    submission = submission_to(consultation, "The shuttles should stay.")
    fields = {"reporter_email": "ray@example.org", "reporter_key": "r1"}
    file_report(submission, submission.cleared, clause="respect", text="It is rude.", **fields)
    file_report(submission, submission.cleared, text="I do not like it.", reporter_key="r2")

    page = page_of(desk, case_of(submission))

    for words in ("Reported by readers", "Clause 1: ", "“It is rude.”", "Something else", "“I do not like it.”"):
        assert words in page
    assert "ray@example.org" not in page


@pytest.mark.parametrize(("action", "outcome"), [("publish", "kept"), ("refuse", "upheld")])
def test_decision_answers_the_reports_and_taking_it_back_opens_them_again(consultation, moderator, action, outcome):
    submission = submission_to(consultation, "The shuttles should stay.")
    made = file_report(
        submission, submission.cleared, clause="respect", reporter_key="r1", reporter_email="r@example.org"
    )
    case = case_of(submission)

    decision = decide(
        case, revision_id=case.revision_id, action=action, actor=moderator, clauses=["respect"], reason="x"
    )
    assert Report.objects.values_list("outcome", flat=True).get() == outcome
    assert "r@example.org" in [recipient for _template, recipient in waiting_messages()]
    take_back(decision, moderator)

    assert Report.objects.values_list("pk", "outcome", "closed_at").get() == (made.pk, "open", None)
    assert waiting_messages() == []

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.utils import timezone

from consultations.models import Event
from consultations.notifications import tell_authors
from moderation.models import Decision
from moderation.redress import appeals
from moderation.review.decisions import decide, take_back
from portal.agency.moments import day, day_and_time
from tests.factories import held_in, submission_to

pytestmark = pytest.mark.django_db

ADDRESS = "amira@example.org"


class NoServer(EmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("gone")


def a_minute_later():
    return time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False)


def letters():
    with a_minute_later():
        tell_authors()
    return [(message.to, message.body) for message in mail.outbox]


def test_an_author_gets_the_own_link(consultation):
    submission = submission_to(consultation, author_email=ADDRESS)

    [(to, body)] = letters()

    assert to == [ADDRESS]
    assert f"http://testserver{submission.get_receipt_url()}" in body
    assert "It is public." in body


def test_an_author_of_a_held_text_reads_the_clause_and_the_time(consultation):
    held_in(consultation, author_email=ADDRESS)

    [(_to, body)] = letters()
    assert "Clause 5: Keep private details private." in body
    assert "That will have happened by" in body


def test_a_decision_is_told_once(consultation, moderator):
    submission = held_in(consultation, author_email=ADDRESS)
    letters()
    decide(
        submission.cases.get(),
        revision_id=submission.current_id,
        action=Decision.Action.REFUSE,
        by=moderator,
        clauses=["personal-information"],
        reason="No numbers, please.",
    )

    assert len(letters()) == 2
    assert len(letters()) == 2
    assert "It is not published. Refused under clause 5" in mail.outbox[1].body


REFUSED = {"clauses": ["personal-information"], "reason": "No <numbers>, please."}


def told_after(consultation, moderator, action, **kwargs):
    """Return the lines of the letter about a decision, links and reference left out."""
    submission = held_in(consultation, author_email=ADDRESS)
    letters()
    decide(submission.cases.get(), revision_id=submission.current_id, action=action, by=moderator, **kwargs)
    lines = letters()[-1][1].splitlines()
    return [line for line in lines if line and submission.reference not in line], submission


def test_a_letter_about_a_refusal_is_a_statement_of_reasons(consultation, moderator):
    lines, submission = told_after(consultation, moderator, "refuse", **REFUSED)

    noticed = "A computer noticed it and kept your text back until a person had read it."
    until = appeals.until(Decision.objects.get())
    assert lines == [
        f"A person has looked at what you wrote to us about “{consultation.title}”.",
        "It is not published. Refused under clause 5 (Keep private details private).",
        "No <numbers>, please.",
        "The words that it is about:",
        "– 0491 570 006",
        "The house rules, version 1:",
        "– Clause 5: Keep private details private: http://testserver/policy/versions/1/#clause-5",
        f"{noticed} A person decided this, not a computer.",
        "You can change the words that it is about and send the text again. A person reads it. "
        f"You have until {day_and_time(consultation.closes_at)}.",
        f"If you think that we got it wrong, ask for another look until {day(until)}. "
        "Somebody who had no part in the decision answers you in writing within 5 working days:",
        "If you still disagree, you can go to the ombudsman or the privacy regulator.",
        "Your own link, to read it, change it or withdraw it. Whoever has it can do the same, so keep it to yourself:",
        "Our agency",
    ]
    assert f"http://testserver/receipts/{submission.reference}/appeal/?key=" in mail.outbox[-1].body


def test_a_letter_about_a_returned_text_gives_deadline_and_passage(consultation, moderator):
    lines, submission = told_after(consultation, moderator, "return", spans=[("text", 11, 23, "x")], **REFUSED)

    submission.refresh_from_db()
    assert "– 0491 570 006" in lines
    assert f"You have until {day_and_time(submission.revisable_until)}." in " ".join(lines)
    assert "another look" not in " ".join(lines)


def test_a_decision_that_was_taken_back_is_not_told(consultation, moderator):
    submission = held_in(consultation, author_email=ADDRESS)
    case = submission.cases.get()
    decision = decide(case, revision_id=case.revision_id, action="refuse", by=moderator, **REFUSED)
    take_back(decision, moderator)

    [(_to, body)] = letters()

    assert body.startswith("Thank you for writing to us")
    assert "No <numbers>" not in body


def test_a_letter_quotes_no_words_that_nobody_has_read(consultation):
    held_in(consultation, author_email=ADDRESS)

    [(_to, body)] = letters()

    assert "Nobody has decided anything yet." in body
    assert "0491" not in body


def test_nothing_is_sent_within_the_grace(consultation):
    submission_to(consultation, author_email=ADDRESS)

    tell_authors()

    assert mail.outbox == []


@pytest.mark.parametrize("fields", [{}, {"author_email": ADDRESS, "source": "spreadsheet/x", "source_id": "1"}])
def test_who_left_no_address_here_gets_no_letter(consultation, fields):
    submission_to(consultation, **fields)

    assert letters() == []


def test_an_authors_own_change_is_not_told(consultation, citizen):
    submission = submission_to(consultation, author_email=ADDRESS, author=citizen, by=citizen)
    letters()

    submission.revise(text="Another text by me about the bus.", by=citizen)
    submission.withdraw(by=citizen)

    assert len(letters()) == 1


def test_a_letter_that_cannot_be_sent_stays_owed(consultation, settings):
    submission_to(consultation, author_email=ADDRESS)
    settings.EMAIL_BACKEND = "tests.consultations.test_notices.NoServer"

    with a_minute_later(), pytest.raises(CommandError, match="The mail server cannot be reached: gone"):
        call_command("tell_authors")

    assert Event.objects.filter(tell_author=True).count() == 1


def test_letters_take_few_queries(consultation, django_assert_num_queries):
    for _number in range(3):
        submission_to(consultation, author_email=ADDRESS)
    letters()
    submission_to(consultation, author_email=ADDRESS)

    with a_minute_later(), django_assert_num_queries(6):  # owed, told, decision; appeals, reports, readers
        tell_authors()

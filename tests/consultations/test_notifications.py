import re

import pytest
from django.core import mail

from moderation.models import Decision
from moderation.redress import appeals
from moderation.review.decisions import decide, take_back
from portal.agency.moments import day, day_and_time
from portal.models import Message
from portal.outbox.sending import send_due
from tests.factories import held_in, questionnaire_for, response_to, submission_to
from tests.mailing import confirm, sent_a_minute_later

pytestmark = pytest.mark.django_db

ADDRESS = "amira@example.org"


@pytest.fixture(autouse=True)
def _confirmed(db):
    confirm(ADDRESS)


def letters():
    return [(message.to, message.body) for message in sent_a_minute_later()]


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
        actor=moderator,
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
    decide(submission.cases.get(), revision_id=submission.current_id, action=action, actor=moderator, **kwargs)
    lines = letters()[-1][1].splitlines()
    return [line for line in lines if line and submission.reference not in line], submission


def test_a_letter_about_a_refusal_is_a_statement_of_reasons(consultation, moderator):
    lines, submission = told_after(consultation, moderator, "refuse", **REFUSED)

    noticed = "A computer noticed it and kept your text back until a person had read it."
    until = appeals.appeal_deadline(Decision.objects.get())
    assert lines == [
        f"A person has looked at what you wrote to us about “{consultation.title}”.",
        "It is not published. Refused under clause 5 (Keep private details private).",
        "No <numbers>, please.",
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


def test_a_letter_about_a_returned_text_gives_the_deadline_and_quotes_nothing(consultation, moderator):
    lines, submission = told_after(consultation, moderator, "return", spans=[("text", 11, 23, "x")], **REFUSED)

    submission.refresh_from_db()
    assert "0491 570 006" not in mail.outbox[-1].body
    assert f"You have until {day_and_time(submission.revisable_until)}." in " ".join(lines)
    assert "another look" not in " ".join(lines)


def test_a_decision_that_was_taken_back_is_not_told(consultation, moderator):
    submission = held_in(consultation, author_email=ADDRESS)
    case = submission.cases.get()
    decision = decide(case, revision_id=case.revision_id, action="refuse", actor=moderator, **REFUSED)
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

    send_due()

    assert mail.outbox == []


@pytest.mark.parametrize("fields", [{}, {"author_email": ADDRESS, "source": "spreadsheet/x", "source_id": "1"}])
def test_who_left_no_address_here_gets_no_letter(consultation, fields):
    submission_to(consultation, **fields)

    assert letters() == []


def test_an_authors_own_change_is_not_told(consultation, citizen):
    submission = submission_to(consultation, author_email=ADDRESS, author=citizen, actor=citizen)
    letters()

    submission.revise(text="Another text by me about the bus.", actor=citizen)
    submission.withdraw(actor=citizen)

    assert len(letters()) == 1


def test_a_decision_within_the_grace_is_told_with_the_receipt(consultation, moderator):
    submission = held_in(consultation, author_email=ADDRESS)
    case = submission.cases.get()
    decide(case, revision_id=case.revision_id, action="refuse", actor=moderator, **REFUSED)

    [(_to, body)] = letters()

    assert body.startswith("A person has looked at what you wrote to us about")
    assert "No <numbers>, please." in body


def test_the_letters_about_one_text_belong_together(consultation, moderator):
    submission = held_in(consultation, author_email=ADDRESS)
    letters()
    case = submission.cases.get()
    decide(case, revision_id=case.revision_id, action="refuse", actor=moderator, **REFUSED)
    letters()

    first, second = mail.outbox
    assert second.extra_headers["In-Reply-To"] == first.extra_headers["Message-ID"]
    html, kind = second.alternatives[0]
    assert (kind, "No &lt;numbers&gt;, please." in html) == ("text/html", True)


def test_only_our_own_links_are_links(consultation, moderator):
    submission = held_in(consultation, author_email=ADDRESS)
    case = submission.cases.get()
    told = REFUSED | {"reason": "See https://spam.example/ and http://testserver.example/ <b>"}
    decide(case, revision_id=case.revision_id, action="refuse", actor=moderator, **told)
    letters()

    html = mail.outbox[0].alternatives[0][0]
    targets = re.findall(r'href="([^"]+)"', html)
    assert targets
    assert [target for target in targets if not target.startswith("http://testserver/")] == []
    assert "&lt;b&gt;" in html


def test_erasing_a_text_calls_its_letters_off_and_forgets_the_address(consultation, privacy):
    told = submission_to(consultation, author_email=ADDRESS)
    letters()
    waits = submission_to(consultation, author_email=ADDRESS)

    for submission in (told, waits):
        submission.refresh_from_db()
        submission.erase(privacy)

    assert len(letters()) == 1
    assert sorted(Message.objects.values_list("state", "recipient", "recipient_key")) == [
        ("cancelled", "", ""),
        ("cancelled", "", ""),
        ("sent", "", ""),
    ]


def test_one_letter_is_written_for_a_whole_questionnaire(consultation):
    questions = [*questionnaire_for(consultation), *questionnaire_for(consultation)]
    texts = {question: "A lamp." for question in questions if question.is_open}
    response = response_to(consultation, texts, author_email=ADDRESS)

    [(_to, body)] = letters()

    assert f"http://testserver{response.get_receipt_url()}" in body
    assert len(Message.objects.get().causes) == 2


def test_letters_take_few_queries(consultation, django_assert_num_queries):
    for _number in range(3):
        submission_to(consultation, author_email=ADDRESS)
    letters()
    submission_to(consultation, author_email=ADDRESS)

    # lapsed 2, pause, claim 5 and once more 3, addresses; event, decision, confirmed, earlier ones, handed over, sent
    with django_assert_num_queries(12 + 6):
        letters()

"""Addresses that nobody has confirmed: a question first, and never a key, a title or a word of what it is about."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from moderation.models import Decision
from portal.models import ConfirmedAddress, Message
from portal.outbox.confirmation import CONFIRMATION_DAYS, CONFIRMATION_LETTERS
from tests.factories import UserFactory, held_in, submission_to
from tests.mailing import confirm, sent_a_minute_later
from tests.moderation.decisions import refuse_or_redact
from tests.moderation.redress.decisions import reported

pytestmark = pytest.mark.django_db

ADDRESS = "victim@example.org"
THREAT = "Victimname, I will find you. Ring 0491 570 006."
LINK = re.compile(r"http://testserver(/messages/confirm/\S+)")


def everything(message):
    """Return all that an e-mail says, in text, HTML and headers."""
    return " ".join([message.subject, message.body, *(part.content for part in message.alternatives)])


def test_letter_to_an_unconfirmed_address_asks_and_tells_nothing(consultation):
    submission = submission_to(consultation, "Victimname, see you.", author_email=ADDRESS, author_name="Victimname")

    [letter] = sent_a_minute_later()

    said = everything(letter)
    assert LINK.search(letter.body)
    for secret in ("Victimname", consultation.title, submission.reference, "key=", "/receipts/"):
        assert secret not in said


def test_whoever_confirms_sees_how_it_stands_and_is_written_to(client, consultation, moderator):
    submission = held_in(consultation, author_email=ADDRESS)
    path = LINK.search(sent_a_minute_later()[0].body)[1]

    asked = client.get(path)
    assert asked.status_code == 200
    assert submission.reference not in asked.content.decode()
    assert not ConfirmedAddress.objects.exists()
    answered = client.post(path)
    refuse_or_redact(submission, moderator, Decision.Action.REFUSE)

    assert answered["Location"] == submission.get_receipt_url()
    letter = sent_a_minute_later()[1]
    assert submission.get_receipt_url() in letter.body


def test_refusal_never_quotes_what_was_refused_even_to_who_confirmed(consultation, moderator):
    confirm(ADDRESS)
    submission = submission_to(consultation, THREAT, author_email=ADDRESS, author_name="Victimname")
    sent_a_minute_later()

    refuse_or_redact(submission, moderator, Decision.Action.REFUSE)

    said = everything(sent_a_minute_later()[-1])
    assert "It is not published." in said
    assert not re.search("Victimname|find you|0491", said)


def test_reader_who_reported_is_asked_too(client, consultation, moderator):
    comment = submission_to(consultation)
    made = reported(comment, reporter_email=ADDRESS)
    refuse_or_redact(comment, moderator, Decision.Action.REFUSE)

    [letter] = sent_a_minute_later()

    assert made.reference not in everything(letter)
    assert client.post(LINK.search(letter.body)[1])["Location"] == made.get_receipt_url()


def test_an_address_is_asked_three_times_a_day_however_many_texts_name_it(consultation):
    for number in range(8):
        submission_to(consultation, f"Text {number}.", author_email=ADDRESS)

    assert len(sent_a_minute_later()) == CONFIRMATION_LETTERS.most
    cancelled = Message.objects.filter(state="cancelled")
    assert cancelled.count() == 8 - CONFIRMATION_LETTERS.most
    assert set(cancelled.values_list("recipient", flat=True)) == {""}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_worker_asks_in_a_process_of_its_own_transactions(consultation):
    submission_to(consultation, author_email=ADDRESS)

    [letter] = sent_a_minute_later()

    assert LINK.search(letter.body)


def test_account_is_written_to_at_its_own_address_only(consultation):
    cleo = UserFactory(email="cleo@example.org")
    own = submission_to(consultation, author=cleo, author_email="Cleo@example.org")
    submission_to(consultation, "Another text.", author=cleo, author_email=ADDRESS)

    told = {message.to[0]: message.body for message in sent_a_minute_later()}

    assert own.get_receipt_url() in told["Cleo@example.org"]
    assert LINK.search(told[ADDRESS])


def test_links_that_are_not_ours_or_too_old_open_nothing(client, consultation, time_machine):
    submission_to(consultation, author_email=ADDRESS)
    path = LINK.search(sent_a_minute_later()[0].body)[1]

    time_machine.move_to(timezone.now() + timedelta(days=CONFIRMATION_DAYS + 1))

    guessed = reverse("portal:confirm_address", args=["guess"])
    assert [client.post(each).status_code for each in (path, guessed)] == [404, 404]
    assert not ConfirmedAddress.objects.exists()


def test_page_of_another_site_confirms_nothing(client, consultation):
    submission_to(consultation, author_email=ADDRESS)
    path = LINK.search(sent_a_minute_later()[0].body)[1]

    assert client.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert len(mail.outbox) == 1
    assert not ConfirmedAddress.objects.exists()


def test_confirmation_holds_no_address():
    confirm(ADDRESS)

    assert ADDRESS not in repr(list(ConfirmedAddress.objects.values()))

"""The outbox keeps addresses encrypted or as a hash only, and says so when a key is gone."""

import io

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection

from portal.models import ConfirmedAddress, Message, SuppressedAddress, TransportPause
from portal.outbox.address_keys import ANSWER_LETTERS_READ, address_key, without_addresses
from portal.outbox.sending import send_due
from tests.portal.outbox.conftest import ADDRESS

pytestmark = pytest.mark.django_db

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("550 5.1.1 <Amira@Example.org>: no such user", "550 5.1.1 <…>: no such user"),
        ('450 "a b"@example.org, x@y', "450 …, …"),
        ("452 4.2.2 mailbox full, rcpt=amira+x@example.org;try later", "452 4.2.2 mailbox full, …;try later"),
        ("421 come back @ noon", "421 come back @ noon"),
    ],
)
def test_answers_of_servers_are_kept_without_addresses(answer, kept):
    assert without_addresses(answer) == kept


def test_no_more_is_read_of_an_answer_than_is_kept():
    assert len(without_addresses("a" * 1_000_000)) == ANSWER_LETTERS_READ


def test_address_that_is_cut_off_does_not_show(agency):
    message = Message.objects.post("tests/plain", to=ADDRESS, about=agency, cause=1)
    message.finish("failed", problem="x" * 490 + f" <{ADDRESS}>")

    assert "amira" not in Message.objects.get().problem


def test_pause_is_kept_without_addresses():
    assert TransportPause.begin("email", f"421 <{ADDRESS}> come back later").problem == "421 <…> come back later"


def test_message_whose_key_is_gone_fails_and_is_sent_once_it_is_back(agency, mails, settings):
    settings.ENCRYPTION_KEYS = [OLD]
    Message.objects.post("tests/plain", to=ADDRESS, about=agency, cause=1)

    settings.ENCRYPTION_KEYS = [NEW]
    assert send_due() == 0
    [message] = Message.objects.all()
    assert message.state == "failed"
    assert message.problem.endswith("The key of its address is not in ENCRYPTION_KEYS.")

    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert Message.objects.get().try_again()
    assert send_due() == 1
    assert [recipient for recipient, _mail in mails.taken] == [ADDRESS]


def test_letter_to_an_address_whose_key_is_gone_goes_out_once_it_is_back(agency, mails, settings):
    settings.ENCRYPTION_KEYS = [OLD]
    earlier = Message.objects.post("tests/series", to=ADDRESS, about=agency, cause=1)
    settings.ENCRYPTION_KEYS = [NEW]
    unreadable = Message.objects.get(pk=earlier.pk).recipient
    message = Message.objects.post("tests/plain", to=unreadable, about=agency, cause=1)

    settings.ENCRYPTION_KEYS = [NEW, OLD]
    send_due()

    message.refresh_from_db()
    assert (message.state, message.recipient_key) == ("sent", address_key(ADDRESS))


def test_confirmed_address_stays_so_when_the_secret_is_changed(settings):
    ConfirmedAddress.note_address(ADDRESS)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]

    ConfirmedAddress.note_address(ADDRESS)

    assert ConfirmedAddress.objects.count() == 1


def test_address_that_an_earlier_release_passed_over_becomes_a_hash():
    noted = SuppressedAddress.objects.note(ADDRESS, "complained", "")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_suppressedaddress SET address = %s, detail = %s", [ADDRESS, f"550 <{ADDRESS}> unknown"]
        )

    call_command("reencrypt", stdout=io.StringIO())

    [kept] = SuppressedAddress.objects.of_address(ADDRESS)
    assert (kept.reason, kept.detail, kept.since) == ("complained", "550 <…> unknown", noted.since)
    assert (kept.key, SuppressedAddress.objects.count()) == (address_key(ADDRESS), 1)

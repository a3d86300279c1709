import base64
import io
import json
import socketserver
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from portal.models import Message, SuppressedAddress
from portal.outbox.address_keys import address_key
from portal.outbox.bounces import bounces_in, note_bounce, read_mailbox
from portal.outbox.sending import send_due
from portal.schedule import REFUSED_KEPT_FOR, clear_away
from tests.portal.outbox.conftest import ADDRESS

pytestmark = pytest.mark.django_db

REPORT = """\
From: MAILER-DAEMON@mail.example.net
To: bounces@testserver
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

I'm sorry to inform you that your message could not be delivered.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.net
Arrival-Date: Sun, 29 Nov 2026 09:00:00 +0000

Original-Recipient: rfc822;{address}
Final-Recipient: rfc822; forwarded@example.net
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{address}>: no such
    user

--cut
Content-Type: {returned}

From: consultations@testserver
Message-ID: {message_id}
Subject: It happened

--cut--
"""


def report(message, address=ADDRESS, action="failed", status="5.1.1", returned="text/rfc822-headers"):
    facts = {"address": address, "action": action, "status": status, "returned": returned}
    return REPORT.format(message_id=message.message_id, **facts).encode()


@pytest.fixture
def sent(agency, mails):
    message = Message.objects.post("tests/plain", to=ADDRESS, about=agency, cause=1)
    send_due()
    return message


def noted():
    known = {address_key(ADDRESS): ADDRESS}
    suppressed = [(known.get(each.key), each.reason) for each in SuppressedAddress.objects.all()]
    return suppressed, Message.objects.get().state


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_marks_the_message_and_its_address(sent, returned):
    [bounce] = bounces_in(report(sent, returned=returned))

    assert note_bounce(bounce)
    assert noted() == ([(ADDRESS, "bounced")], "bounced")
    assert Message.objects.get().problem == "5.1.1 smtp; 550 5.1.1 <…>: no such user"
    assert Message.objects.get().recipient == ADDRESS  # to be tried again


def test_a_full_mailbox_marks_the_message_only(sent):
    [bounce] = bounces_in(report(sent, status="5.2.2"))
    note_bounce(bounce)

    assert noted() == ([], "bounced")


def test_a_forged_report_marks_nobody(sent):
    [other] = bounces_in(report(sent, address="victim@example.org"))
    note_bounce(other)
    assert SuppressedAddress.objects.count() == 0

    [guessed] = bounces_in(report(SimpleNamespace(message_id="<1@testserver>")))
    assert not note_bounce(guessed)
    assert SuppressedAddress.objects.count() == 0


def test_a_delay_and_a_letter_are_no_bounces(sent):
    assert bounces_in(report(sent, action="delayed", status="4.4.1")) == []
    assert bounces_in(b"Subject: Hello\r\n\r\nI am on holiday.") == []
    assert bounces_in(b"\xff\xfe not a mail at all") == []


def test_the_command_takes_a_mail_from_its_server(sent, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(report(sent))))

    call_command("read_bounces", "--stdin")

    assert capsys.readouterr().out == "1 bounces noted.\n"
    assert noted() == ([(ADDRESS, "bounced")], "bounced")


class ImapServer(socketserver.StreamRequestHandler):
    """Enough of RFC 3501 to hold two mails; what is stored and expunged is written down."""

    def handle(self):
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline().decode().strip():
            tag, verb, *words = line.split(" ")
            self.server.said.append(line.partition(" ")[2])
            getattr(self, f"on_{verb.lower()}", lambda *_words: None)(*words)
            self.wfile.write(f"{tag} OK done\r\n".encode())
            if verb == "LOGOUT":
                return

    def on_capability(self, *words):
        self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")

    def on_select(self, *words):
        self.wfile.write(b"* 2 EXISTS\r\n")

    def on_search(self, *words):
        self.wfile.write(b"* SEARCH 1 2\r\n")

    def on_logout(self, *words):
        self.wfile.write(b"* BYE\r\n")

    def on_fetch(self, number, *words):
        mail = self.server.mails[int(number) - 1]
        self.wfile.write(f"* {number} FETCH (RFC822 {{{len(mail)}}}\r\n".encode() + mail + b")\r\n")


@pytest.fixture
def imap():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), ImapServer) as server:
        server.mails, server.said = [], []
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def test_a_mailbox_is_read_and_cleared_of_bounces(sent, imap):
    imap.mails = [b"Subject: A question\r\n\r\nHello?", report(sent)]

    read = read_mailbox(f"imap://jo:p%40ss@127.0.0.1:{imap.server_address[1]}/Bounces")

    assert read == 1
    assert noted() == ([(ADDRESS, "bounced")], "bounced")
    assert imap.said[1:] == [
        'LOGIN jo "p@ss"',
        "SELECT Bounces",
        "SEARCH UNSEEN",
        "FETCH 1 (RFC822)",
        "FETCH 2 (RFC822)",
        r"STORE 2 +FLAGS (\Deleted)",
        "EXPUNGE",
        "LOGOUT",
    ]


def tell(client, known="service:only-for-tests", **facts):
    """Post an event as Postmark does."""
    event = {"RecordType": "Bounce", "Type": "HardBounce", "Email": ADDRESS, "MessageID": "of-theirs"} | facts
    return client.post(
        reverse("anymail:postmark_tracking_webhook"),
        json.dumps(event | {"Description": "No such user", "BouncedAt": "2026-11-29T09:00:00Z"}),
        content_type="application/json",
        headers={"Authorization": f"Basic {base64.b64encode(known.encode()).decode()}"},
    )


def test_a_mail_service_tells_of_a_bounce(sent, client):
    assert tell(client).status_code == 200

    assert noted() == ([(ADDRESS, "bounced")], "bounced")


def test_a_mail_service_tells_of_a_complaint(sent, client):
    tell(client, RecordType="SpamComplaint", Type="SpamComplaint")

    assert noted() == ([(ADDRESS, "complained")], "sent")


@pytest.mark.parametrize("kind", ["Transient", "DnsError", "AutoResponder"])
def test_what_may_pass_marks_nobody(sent, client, kind):
    tell(client, Type=kind)

    assert noted() == ([], "sent")


@pytest.mark.parametrize("facts", [{"Type": "Blocked"}, {"Details": "smtp;552 5.2.2 Mailbox full"}])
def test_what_is_not_about_the_address_marks_the_message_only(sent, client, facts):
    tell(client, **facts)

    assert noted() == ([], "bounced")


@pytest.mark.filterwarnings("ignore")
def test_who_does_not_know_the_secret_is_refused(sent, client):
    assert tell(client, known="service:guessed").status_code == 400
    assert noted() == ([], "sent")


def test_refused_address_is_forgotten_after_a_year_and_a_complaint_is_not():
    for reason in SuppressedAddress.Reason:
        SuppressedAddress.objects.note(f"{reason}@example.org", reason, "550 no such user")
    SuppressedAddress.objects.update(since=timezone.now() - REFUSED_KEPT_FOR - timedelta(minutes=1))
    SuppressedAddress.objects.note("new@example.org", SuppressedAddress.Reason.BOUNCED, "550 no such user")

    clear_away()

    kept = set(SuppressedAddress.objects.values_list("key", flat=True))
    assert kept == {address_key("complained@example.org"), address_key("new@example.org")}

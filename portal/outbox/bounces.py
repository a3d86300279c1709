"""Bounces: delivery reports by mail (RFC 3464), and events of mail services."""

import imaplib
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast
from urllib.parse import unquote, urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from portal.outbox.address_keys import address_keys
from portal.outbox.models import Message, SuppressedAddress
from portal.outbox.status_codes import ENHANCED_CODE, enhanced_code, means_bad_address

MAILBOX_SECONDS = 30  # timeout of the mailbox
RETURNED_PARTS = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers")
EVENT_REASONS = {  # django-anymail's event type
    "bounced": SuppressedAddress.Reason.BOUNCED,
    "rejected": SuppressedAddress.Reason.REFUSED,
    "complained": SuppressedAddress.Reason.COMPLAINED,
}


@dataclass(frozen=True, slots=True)
class Bounce:
    """One message that was finally not delivered to one address."""

    message_id: str
    addresses: tuple[str, ...]  # the address as we wrote it, and as the last server reported it
    code: str  # of RFC 3463
    detail: str


def bounces_in(raw):
    """Return the bounces in an e-mail; none if it is no delivery report, or a report of a delay."""
    mail = message_from_bytes(raw, policy=policy.default)
    report = next((part for part in mail.walk() if part.get_content_type() == "message/delivery-status"), None)
    message_id = returned_id(mail)
    if report is None or not message_id:
        return []
    parts = cast(list[EmailMessage], report.get_payload())  # RFC 3464: a part for the message, one for each recipient
    blocks = [block for block in parts if block.get("Final-Recipient")]
    return [bounce_of(message_id, block) for block in blocks if is_final(block)]


def returned_id(mail):
    """Return the Message-ID of the returned headers in a report."""
    for part in mail.walk():
        if part.get_content_type() in RETURNED_PARTS:
            inner = part.get_payload()
            headers = inner[0] if isinstance(inner, list) else message_from_bytes(part.get_payload(decode=True))
            return str(headers.get("Message-ID", "")).strip()
    return ""


def is_final(block):
    """Return whether the report says that the server gave up."""
    return block.get("Action", "").strip().lower() == "failed" and block.get("Status", "").strip().startswith("5.")


def bounce_of(message_id, block):
    """Return the bounce in one block of a report, or None."""
    names = ("Original-Recipient", "Final-Recipient")
    addresses = [block[name].rpartition(";")[2].strip().strip("<>") for name in names if block.get(name)]
    detail = " ".join(str(block.get("Diagnostic-Code", "")).split())
    return Bounce(message_id, tuple(dict.fromkeys(addresses)), enhanced_code(block["Status"].strip()), detail)


@transaction.atomic
def note_bounce(bounce):
    """Mark the bounced message and its address; return False if the message is not ours.

    Anybody can forge a report, but nobody can guess a Message-ID: the address is marked only if that message was sent
    to it.
    """
    message = Message.objects.filter(message_id=bounce.message_id).first()
    if message is None:
        return False
    address = next((each for each in bounce.addresses if message.recipient_key in address_keys(each)), "")
    problem = f"{bounce.code} {bounce.detail}".strip()
    if message.came_back(address, problem) and address and means_bad_address(bounce.code):
        SuppressedAddress.objects.note(address, SuppressedAddress.Reason.BOUNCED, problem, message.transport)
    return True


def note_event(sender, event, esp_name, **_signal):
    """Handle django-anymail's signal `tracking`: mark the message and the address of a bounce or complaint."""
    reason = EVENT_REASONS.get(event.event_type)
    if reason is None or not event.recipient:
        return
    detail = event.mta_response or event.description or _("%s gave no reason.") % esp_name
    with transaction.atomic():
        if event.event_type != "complained":
            mark_latest(event, detail)
        if concerns_address(event):
            SuppressedAddress.objects.note(event.recipient, reason, detail)


def concerns_address(event):
    """Return whether an event means that the address is unusable, and not just this message."""
    if event.event_type == "complained":
        return True
    codes = ENHANCED_CODE.findall(event.mta_response or "")
    return event.reject_reason in (None, "invalid", "bounced") and all(map(means_bad_address, codes))


def mark_latest(event, detail):
    """Mark the message of an event: by its Message-ID, else the latest message to the address.

    Some mail services replace the Message-ID by an id of their own.
    """
    sent = Message.objects.to(event.recipient).filter(state=Message.State.SENT).order_by("-finished_at")
    known = f"<{str(event.message_id or '').strip('<>')}>"
    if message := sent.filter(message_id=known).first() or sent.first():
        message.came_back(event.recipient, detail)


@contextmanager
def mailbox(url):
    """Open the folder of a mailbox such as imaps://user:password@host/INBOX, and close it afterwards."""
    parts = urlsplit(url)
    secure = parts.scheme == "imaps"
    make, port = (imaplib.IMAP4_SSL, 993) if secure else (imaplib.IMAP4, 143)
    with make(parts.hostname, parts.port or port, timeout=MAILBOX_SECONDS) as box:
        box.login(unquote(parts.username or ""), unquote(parts.password or ""))
        box.select(parts.path.strip("/") or "INBOX")
        yield box


def read_mailbox(url):
    """Store every new bounce in a mailbox and delete its e-mail; return how many.

    Other e-mails stay, marked as read.
    """
    noted = 0
    with mailbox(url) as box:
        _answer, found = box.search(None, "UNSEEN")
        for number in found[0].split():
            _answer, parts = box.fetch(number, "(RFC822)")
            ours = [note_bounce(bounce) for bounce in bounces_in(parts[0][1])]
            if any(ours):
                box.store(number, "+FLAGS", r"(\Deleted)")
                noted += 1
        box.expunge()
    return noted

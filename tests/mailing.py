"""Sending what the outbox holds, as if half a minute had passed."""

from datetime import timedelta

import time_machine
from django.core import mail
from django.utils import timezone

from portal.models import ConfirmedAddress, Message
from portal.outbox.sending import send_due


def sent_a_minute_later():
    """Send what is due in a minute; return every e-mail that was sent so far."""
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        send_due()
    return mail.outbox


def waiting_messages():
    """Return template and address of each message that waits."""
    return list(Message.objects.filter(state="waiting").order_by("pk").values_list("template", "recipient"))


def confirm(*addresses):
    """Let the owners of addresses have said that these are theirs, so that letters are sent as they are."""
    for address in addresses:
        ConfirmedAddress.note_address(address)

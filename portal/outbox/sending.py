"""Sending: any number of workers on any number of machines, each with a lease on its messages."""

import logging

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from portal.jobs import worker
from portal.outbox.confirmation import content_of
from portal.outbox.emails import language_of
from portal.outbox.models import LeaseLost, Message, SuppressedAddress, TransportPause
from portal.outbox.templates import NotDue
from portal.outbox.transports import FateUnknown, PutOff, Refused, ServerAway, sender_of, transport_names

logger = logging.getLogger(__name__)


def send_due():
    """Send every due message by every available transport; return how many were sent."""
    Message.objects.settle_lapsed()
    return sum(send_through(transport) for transport in transport_names())


def send_through(transport):
    """Send the due messages of one transport; return how many were sent."""
    pause = TransportPause.of(transport)
    if pause and pause.lasts:
        return 0
    sent = 0
    with sender_of(transport) as sender:
        while not worker.stopping() and (batch := Message.objects.claim(transport)):
            try:
                sent += send_batch(batch, sender)
            except ServerAway as error:
                pause = TransportPause.begin(transport, error)
                logger.warning("The server for %s is away; next try at %s. %s", transport, pause.until, error)
                return sent
            if pause:
                pause.delete()
                pause = None
    return sent


def send_batch(batch, sender):
    """Send messages one by one; release those that were not begun; return how many were sent."""
    suppressed = SuppressedAddress.objects.among(batch[0].transport, {message.recipient for message in batch})
    sent = 0
    try:
        for message in batch:
            if worker.stopping():
                break
            known = suppressed.get(message.recipient.lower())
            sent += skip_suppressed(message, known) if known else send(message, sender)
    finally:
        for message in batch:
            if message.state == Message.State.CLAIMED:
                message.release()
    return sent


def skip_suppressed(message, known):
    """Finish a message to a suppressed address without sending it."""
    message.finish(Message.State.SUPPRESSED, problem=f"{known.get_reason_display()}. {known.detail}")
    return False


def send(message, sender):
    """Send one message and store the result; return whether it was sent. Raises ServerAway."""
    try:
        message.open_recipient()
        content = content_of(message, language_of(message))
        subject = sender.send(message, content, message.hand_over)
    except ServerAway:
        message.take_back()
        raise
    except DatabaseError:
        raise  # the result cannot be stored; the lease expires and `settle_lapsed` marks the message
    except NotDue as why:
        message.finish(Message.State.CANCELLED, problem=str(why), recipient="")
    except LeaseLost:
        logger.info("Message %s is no longer ours to send.", message.pk)
    except PutOff as error:
        message.put_off(str(error))
    except FateUnknown as error:
        message.lose_track(str(error))
    except Refused as error:
        refuse(message, error)
    except Exception as error:  # a fault in one message must not stop the others
        logger.exception("Message %s of %s could not be sent.", message.pk, message.template)
        fail(message, error)
    else:
        return message.sent(subject)
    return False


@transaction.atomic
def refuse(message, error):
    """Mark a message as refused, and suppress its address if the address was the reason: both, or neither.

    A worker that dies in between would leave a message that the next one finds suppressed by its own refusal.
    """
    if error.bad_address:
        reason = SuppressedAddress.Reason.REFUSED
        SuppressedAddress.objects.note(message.recipient, reason, str(error), message.transport)
    message.finish(Message.State.REFUSED, problem=str(error))


def fail(message, error):
    """Mark a message as failed because of our own fault; in transmission, it may have been sent, so mark it unknown."""
    problem = _("%(kind)s: %(error)s") % {"kind": type(error).__name__, "error": error}
    if message.state == Message.State.SENDING:
        message.lose_track(problem)
    else:
        message.finish(Message.State.FAILED, problem=problem)

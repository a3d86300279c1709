"""The e-mail transport: one connection for many messages; each is marked directly before transmission."""

import re
import smtplib
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address
from django.utils.translation import gettext as _

from portal.outbox.emails import email_of
from portal.outbox.status_codes import enhanced_code, means_bad_address
from portal.outbox.transports import FateUnknown, PutOff, Refused, ServerAway, transport

OUR_OWN_FAULT = (421, 530, 535)  # the server closes or requires a login, which would fail every message
LINE_WITH_DOT = re.compile(rb"(?m)^\.")


class ConnectionBroke(PutOff):
    """The connection ended before transmission of the message."""


@transport("email")
def email_sender():
    """Return the sender for EMAIL_URL."""
    backend = get_connection()
    return SmtpSender(backend) if isinstance(backend, EmailBackend) else BackendSender(backend)


class BackendSender:
    """Sends with a Django backend without a mail server: console, file, memory."""

    def __init__(self, backend: Any):
        self.backend = backend

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.backend.close()

    def send(self, message, content, hand_over):
        email = email_of(message, content)
        hand_over()
        try:
            self.backend.send_messages([email])
        except (OSError, smtplib.SMTPException) as error:
            raise FateUnknown(str(error)) from error
        return email.subject


class SmtpSender:
    """Sends to a mail server; the connection is opened for the first message and reused."""

    def __init__(self, backend: Any):
        self.backend = backend

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.hang_up()

    def send(self, message, content, hand_over):
        """Send one message and return its subject; retry once if a reused connection turns out to be closed."""
        email = email_of(message, content)
        kept = self.backend.connection is not None
        try:
            self.send_once(email, hand_over)
        except ConnectionBroke:
            if not kept:
                raise
            self.send_once(email, hand_over)
        return email.subject

    def send_once(self, email, hand_over):
        """Send one e-mail; keep the connection only if it can be reused."""
        smtp = self.open()
        try:
            self.converse(smtp, email, hand_over)
        except ConnectionBroke:
            self.hang_up()
            raise
        except (Refused, PutOff):
            self.begin_again(smtp)
            raise
        except BaseException:
            self.hang_up()
            raise

    def begin_again(self, smtp):
        """Reset the SMTP transaction on both sides."""
        try:
            smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.hang_up()

    def open(self):
        """Return the connection."""
        if self.backend.connection is None:
            try:
                self.backend.open()
                smtp: Any = self.backend.connection
                smtp.ehlo_or_helo_if_needed()
            except (OSError, smtplib.SMTPException) as error:
                self.hang_up()
                raise ServerAway(_("The mail server cannot be reached: %s") % error_text(error)) from error
        return self.backend.connection

    def hang_up(self):
        """Close the connection in any state."""
        if self.backend.connection is not None:
            self.backend.connection.close()
            self.backend.connection = None

    def converse(self, smtp, email, hand_over):
        """Run the SMTP dialogue, and mark the message directly before its transmission."""
        try:
            data = email.message().as_bytes(linesep="\r\n")
            begin(smtp, email, len(data))
        except (OSError, smtplib.SMTPException) as error:
            raise ConnectionBroke(
                _("The connection broke before the message was sent: %s") % error_text(error)
            ) from error
        hand_over()
        try:
            code, answer = finish(smtp, data)
        except (OSError, smtplib.SMTPException) as error:
            raise FateUnknown(
                _("The connection broke before the server had answered: %s") % error_text(error)
            ) from error
        if code != 250:
            raise refusal(code, answer)


def begin(smtp, email, size):
    """Send MAIL, RCPT and DATA; raise one of the transport's exceptions for a refusal."""
    options = [f"size={size}"] if smtp.has_extn("size") else []
    options += ["body=8bitmime"] if smtp.has_extn("8bitmime") else []
    code, answer = smtp.mail(envelope(settings.BOUNCE_EMAIL or email.from_email), options)
    if code != 250:
        raise ServerAway(_("The mail server takes nothing from us: %s") % in_words(code, answer))
    code, answer = smtp.rcpt(envelope(email.to[0]))
    if code not in (250, 251):
        raise refusal(code, answer, of_address=True)
    code, answer = smtp.docmd("DATA")
    if code != 354:
        raise refusal(code, answer)


def finish(smtp, data):
    """Transmit the message; return the server's reply."""
    patience = smtp.sock.gettimeout()
    smtp.sock.settimeout(settings.OUTBOX_LEASE_SECONDS * 0.8)  # a spam check may take longer than the lease
    smtp.send(LINE_WITH_DOT.sub(b"..", data).removesuffix(b"\r\n") + b"\r\n.\r\n")
    answer = smtp.getreply()
    if smtp.sock:  # the server closes the connection after a 421
        smtp.sock.settimeout(patience)
    return answer


def refusal(code, answer, *, of_address=False):
    """Return the exception for a negative reply."""
    problem = in_words(code, answer)
    if code in OUR_OWN_FAULT:
        return ServerAway(_("The mail server takes nothing from us: %s") % problem)
    if code < 500:
        return PutOff(problem)
    return Refused(problem, bad_address=of_address and address_is_bad(answer))


def address_is_bad(answer):
    """Return whether a refused recipient means that the address is unusable, not a problem with us or for now."""
    code = enhanced_code(answer.decode(errors="replace"))
    return not code or means_bad_address(code)


def envelope(address):
    """Return an address without a display name, as SMTP requires."""
    return sanitize_address(parseaddr(address)[1], "ascii")


def in_words(code, answer):
    """Return a server's reply on one line."""
    return f"{code} {' '.join(answer.decode(errors='replace').split())}"


def error_text(error):
    """Return an exception's message on one line, or its class if it has none."""
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
        return in_words(error.smtp_code, answer)
    return " ".join(str(error).split()) or type(error).__name__

import pytest

from portal.models import Agency
from portal.outbox.templates import Content, NotDue, message_template
from tests.smtp_server import ACCEPT, MailServer

ADDRESS = "amira@example.org"
stopped = []


@message_template("tests/plain", label="Something happened")
def plain(message):
    return Content(f"It  happened\n{message.causes}", "outbox/plain.txt")


@message_template("tests/series", label="One of many", stop=stopped.append)
def series(message):
    return Content("One of many", "outbox/plain.txt")


@message_template("tests/broken", label="A broken one")
def broken(message):
    raise KeyError("cause")


@message_template("tests/over", label="One that is over")
def over(message):
    raise NotDue("The text was withdrawn.")


@pytest.fixture
def agency(db):
    return Agency.objects.create(name="Harbour <Transport>", contact_email="ask@example.org")


@pytest.fixture
def fates():
    """What the mail server does with each address; a test writes in it."""
    return {}


@pytest.fixture
def mails(fates, settings):
    """A mail server, and settings that lead to it."""
    with MailServer(lambda recipient: fates.get(recipient, ACCEPT)) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server

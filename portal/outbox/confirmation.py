"""Whose address it is: until somebody has said so, no letter holds a key to a page of theirs, or says what it is about.

Anybody can type anybody's address into a form. What such an address is sent first is a question; who answers it has
read our letter, so the address is theirs, and is led to the page that the letter was about.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from portal.http.rate_limits import RateLimit
from portal.outbox.address_keys import address_key, address_keys
from portal.outbox.templates import Content, NotDue, compose, template_of, template_with_name

CONFIRMATION_SALT = "portal.outbox.confirmation"
CONFIRMATION_DAYS = 30  # that a link works
CONFIRMATIONS_KEPT_FOR = timedelta(days=730)  # then an address is asked again
CONFIRMATION_LETTERS = RateLimit(
    "confirmation_letters",
    most=3,
    window_seconds=24 * 3600,
    label=gettext_lazy("Letters that ask one address whose it is, in a day"),
)


class ConfirmedAddress(models.Model):
    """An address whose owner has opened a letter of ours and said that it is theirs; only a keyed hash of it."""

    key = models.CharField(max_length=32, unique=True)
    confirmed_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"address {self.pk}"

    @classmethod
    def note(cls, key):
        """Record that the owner of the address with this keyed hash has confirmed it."""
        cls.objects.update_or_create(key=key, defaults={"confirmed_at": timezone.now()})

    @classmethod
    def note_address(cls, address):
        """Record an address that is known to be its account's."""
        if not cls.objects.filter(key__in=address_keys(address)).exists():
            cls.note(address_key(address))

    @classmethod
    def clear_away(cls):
        """Delete the confirmations that are too old to count."""
        cls.objects.filter(confirmed_at__lt=timezone.now() - CONFIRMATIONS_KEPT_FOR).delete()


def content_of(message, language):
    """Return what a message says: its own words, or the question whose address it is; raise NotDue."""
    content = compose(message, language)
    needs_confirming = template_of(message).private_page is not None
    if not needs_confirming or ConfirmedAddress.objects.filter(key__in=address_keys(message.recipient)).exists():
        return content
    if message.tries <= 1 and CONFIRMATION_LETTERS.count(message.recipient_key).is_over:
        raise NotDue(_("The address has not been confirmed, and was asked several times today."))
    with override(language):
        link = settings.SITE_URL + confirmation_url(message)
        return Content(_("Is this your address?"), "portal/messages/confirmation.txt", {"link": link})


def confirmation_url(message):
    """Return the path of the page on which the recipient says that the address is theirs."""
    token = confirmation_token(message.template, message.about, message.recipient_key)
    return reverse("portal:confirm_address", args=[token])


def confirmation_token(template, about, key):
    """Return what the link says: the kind of message, what it is about, and the keyed hash of the address; signed."""
    return signing.dumps([template, about, key], salt=CONFIRMATION_SALT)


def read_confirmation(token):
    """Return the keyed hash of the address, and a function that returns the path of the page it was written about.

    Raises BadSignature for a link that is not ours or too old, LookupError for a template that is gone.
    """
    name, about, key = signing.loads(token, salt=CONFIRMATION_SALT, max_age=CONFIRMATION_DAYS * 24 * 3600)
    private_page = template_with_name(name).private_page
    return key, lambda: private_page(*about.split(":"))

"""Keyed hashes of addresses that stand alone, and answers of servers without the addresses that they quote.

Nothing can make such a hash anew once its address is gone, so it is keyed with SECRET_KEY, like all marks of people,
and found as long as the key of its day stands in SECRET_KEY_FALLBACKS.
"""

import re

from django.conf import settings
from django.utils.crypto import salted_hmac

ADDRESS_KEY_LETTERS = 32
ADDRESS_IN_WORDS = re.compile(r"""(?:"[^"]*"|[^\s<>()\[\]"',;:]+)@[^\s<>()\[\]"',;:]*""")
COVERED_ADDRESS = "…"


def address_key(address):
    """Return a keyed hash of an address, which matches equal addresses without revealing them."""
    return hash_with(address, settings.SECRET_KEY)


def address_keys(address):
    """Return the keyed hashes under which an address may be stored, the newest key's first."""
    return [hash_with(address, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def hash_with(address, secret):
    """Return the keyed hash of an address under one secret."""
    made = salted_hmac("portal.outbox", address.strip().lower(), secret=secret, algorithm="sha256")
    return made.hexdigest()[:ADDRESS_KEY_LETTERS]


def without_addresses(words):
    """Return an answer of a server without the addresses in it."""
    return ADDRESS_IN_WORDS.sub(COVERED_ADDRESS, words)

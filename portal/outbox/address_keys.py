"""Keyed hashes of addresses that stand alone, and answers of servers without the addresses that they quote.

Nothing can make such a hash anew once its address is gone, so it is keyed with SECRET_KEY, like all marks of people,
and found as long as the key of its day stands in SECRET_KEY_FALLBACKS.
"""

import re

from django.conf import settings
from django.utils.crypto import salted_hmac

from portal.encryption.addresses import spelling_of_address

ADDRESS_KEY_LETTERS = 32
# Bounded, for the words are a stranger's: without bounds each letter of a long word begins a search to its end.
ADDRESS_IN_WORDS = re.compile(r"""(?:"[^"]{0,64}"|[^\s<>()\[\]"',;:]{1,64})@[^\s<>()\[\]"',;:]{0,255}""")
COVERED_ADDRESS = "…"
ANSWER_LETTERS_READ = 2_000  # more of a server's answer is not kept anywhere


def address_key(address):
    """Return a keyed hash of an address, which matches equal addresses without revealing them."""
    return hash_with(address, settings.SECRET_KEY)


def address_keys(address):
    """Return the keyed hashes under which an address may be stored, the newest key's first."""
    return [hash_with(address, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def hash_with(address, secret):
    """Return the keyed hash of an address under one secret."""
    made = salted_hmac("portal.outbox", spelling_of_address(address), secret=secret, algorithm="sha256")
    return made.hexdigest()[:ADDRESS_KEY_LETTERS]


def without_addresses(words):
    """Return an answer of a server without the addresses in it."""
    return ADDRESS_IN_WORDS.sub(COVERED_ADDRESS, words[:ANSWER_LETTERS_READ])

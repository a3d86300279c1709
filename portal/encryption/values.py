"""Encryption of single values in the database, such as the secrets of second factors.

Values are encrypted with the first of ENCRYPTION_KEYS and read with any of them. The keys that are made from
SECRET_KEY and its fallbacks come last: they encrypt until the setting is made, and read afterwards what they
encrypted. Keys stand in the environment only. Source of the format: Fernet (AES-128-CBC with HMAC-SHA-256), as the
library `cryptography` has it.
"""

from base64 import urlsafe_b64encode
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

KEY_SALT = "portal.encryption"


class UnreadableValue(ValueError):
    """A value was encrypted with a key that is gone, or changed afterwards."""


@cache
def cipher_of(keys: tuple[str, ...]) -> MultiFernet:
    """Return the cipher that writes with the first of some Fernet keys and reads with any."""
    return MultiFernet([Fernet(key) for key in keys])


def encryption_keys() -> tuple[str, ...]:
    """Return the keys, the one that encrypts first."""
    derived = map(derived_key, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
    return (*settings.ENCRYPTION_KEYS, *derived)


@cache
def derived_key(secret: str) -> str:
    """Return a Fernet key that is made from a secret."""
    return urlsafe_b64encode(salted_hmac(KEY_SALT, "key", secret=secret, algorithm="sha256").digest()).decode()


def encrypt_text(text: str) -> str:
    """Return a text encrypted with the newest key."""
    return cipher_of(encryption_keys()).encrypt(text.encode()).decode()


def decrypt_text(encrypted: str) -> str:
    """Return the text of an encrypted value; raise UnreadableValue if no key fits."""
    try:
        return cipher_of(encryption_keys()).decrypt(encrypted.encode()).decode()
    except InvalidToken as error:
        raise UnreadableValue("No key of ENCRYPTION_KEYS, or SECRET_KEY, reads this value.") from error


def encrypt_again(encrypted: str) -> str:
    """Return a value encrypted with the newest key; raise UnreadableValue if no key fits."""
    try:
        return cipher_of(encryption_keys()).rotate(encrypted.encode()).decode()
    except InvalidToken as error:
        raise UnreadableValue("No key of ENCRYPTION_KEYS, or SECRET_KEY, reads this value.") from error

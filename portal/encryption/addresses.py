"""Columns that hold an e-mail address: encrypted in the database, and still found by address.

A stored value is a sign, a keyed hash of the address in small letters, and the encrypted address. The hash is a part of
the value, so whatever blanks the address blanks the hash too. An address that was stored before there was encryption
is read and found as it stands, until `manage.py reencrypt` has run.
"""

import hmac
import logging
import unicodedata
from functools import cache, lru_cache

from django.db import models
from django.utils.encoding import punycode

from portal.encryption.fields import SEAL_SIGN, Sealed
from portal.encryption.values import UnreadableValue, decrypt_text, encrypt_text, encryption_keys

HASH_LETTERS = 32
HASH_PURPOSE = b"portal.encryption.addresses"  # part of every stored hash, so it must never change
START_LETTERS = len(SEAL_SIGN) + HASH_LETTERS
ADDRESS_COLUMN_LENGTH = 1_500  # 254 letters of four bytes, encrypted, with the hash before them
logger = logging.getLogger(__name__)


def small_letters(address: str) -> str:
    """Return an address as an earlier release may have stored it, but for the case of its letters."""
    return address.strip().lower()


def spelling_of_address(address: str) -> str:
    """Return the spelling by which an address is found: small letters, composed, its domain as mail servers have it.

    Whoever types ``eva@bücher.example`` and whoever types ``eva@xn--bcher-kva.example`` mean the same mailbox.
    """
    mailbox, at, domain = unicodedata.normalize("NFC", small_letters(address)).rpartition("@")
    try:
        return f"{mailbox}{at}{punycode(domain)}"
    except UnicodeError:  # no domain that a server could have
        return f"{mailbox}{at}{domain}"


def address_hashes(address: str) -> list[str]:
    """Return the keyed hashes of an address under each key that is known, the newest key's first."""
    words = spelling_of_address(address).encode()
    return [hmac.digest(key, words, "sha256").hex()[:HASH_LETTERS] for key in hash_keys(encryption_keys())]


@lru_cache(maxsize=8)
def hash_keys(keys: tuple[str, ...]) -> tuple[bytes, ...]:
    """Return the keys of the hashes: one made from each key of encryption, so that none stands in the database."""
    return tuple(hmac.digest(key.encode(), HASH_PURPOSE, "sha256") for key in keys)


def start_of(column: str) -> str:
    """Return the SQL for what a stored address is found by: its sign and hash, or the beginning of a plain one.

    The numbers stand in it as they are, for SQLite uses an index on an expression only for the same expression.
    """
    return f"LOWER(SUBSTR({column}, 1, {START_LETTERS}))"


class AddressStart(models.Func):
    """What a stored address is found by, for the index on its column."""

    template = start_of("%(expressions)s")
    output_field = models.CharField()


def address_index(field: str, name: str) -> models.Index:
    """Return the index by which the rows with an address are found; rows without one are not in it."""
    return models.Index(AddressStart(field), name=name, condition=~models.Q(**{field: ""}))


class EncryptedAddressField(models.CharField):
    """An e-mail address, which is encrypted where it is stored and read like any other text.

    Its only condition is equality, whatever the case of the letters: it compares hashes. Any other one would look into
    encrypted values, and is refused by Django as unknown.
    """

    def __init__(self, *args, **options):
        super().__init__(*args, **{"max_length": ADDRESS_COLUMN_LENGTH} | options)

    def get_lookup(self, lookup_name):
        """Return the lookup of a name; there is no other than these two."""
        if lookup_name == "exact":
            return SameAddress
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def from_db_value(self, value, expression, connection):
        """Return the address; a sign stands for one whose key is gone, and keeps the stored value."""
        if not value or not value.startswith(SEAL_SIGN):
            return value
        try:
            return decrypt_text(value[START_LETTERS:])
        except UnreadableValue:
            tell_lost_key()
            return Sealed.without_key(value)

    def get_prep_value(self, value):
        """Return the address as it is stored; nobody makes a plain one look encrypted."""
        if is_unreadable(value):
            return value.stored
        value = super().get_prep_value(value)
        address = value.lstrip(SEAL_SIGN) if isinstance(value, str) else value
        return f"{SEAL_SIGN}{address_hashes(address)[0]}{encrypt_text(address)}" if address else address


@cache
def tell_lost_key() -> None:
    """Write into the log that a key is gone, once a process: each of thousands of rows would say the same."""
    logger.error("Addresses cannot be read: their key is not in ENCRYPTION_KEYS.")


def is_unreadable(address) -> bool:
    """Return whether an address was encrypted with a key that is gone."""
    return isinstance(address, Sealed) and address.is_unreadable


class SameAddress(models.Lookup):
    """That a stored address is this one: by its hash under any key, or as it stands while it is not encrypted."""

    lookup_name = "exact"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        """Return the condition; that for no address stands in the indexes too, so it has no parameter."""
        column, params = compiler.compile(self.lhs)
        if is_unreadable(self.rhs):
            return f"{column} = %s", [*params, self.rhs.stored]
        address = small_letters(self.rhs)
        if not address:
            return f"{column} = ''", params
        plain = [address, spelling_of_address(address)]
        starts = [f"{SEAL_SIGN}{each}" for each in address_hashes(address)] + [each[:START_LETTERS] for each in plain]
        among = f"{start_of(column)} IN ({', '.join(['%s'] * len(starts))})"
        # A plain address longer than the start is compared as a whole; an encrypted one is known by its hash.
        whole = f"(SUBSTR({column}, 1, 1) = %s OR LOWER({column}) IN (%s, %s))"
        condition = f"(NOT ({column} = '') AND {among} AND {whole})"
        return condition, [*params, *params, *starts, *params, SEAL_SIGN, *params, *plain]


def decrypt_addresses(model, name):
    """Write the addresses of a column as they are: for whoever takes the migration back to the release before."""
    for pk, address in model._base_manager.exclude(**{name: ""}).values_list("pk", name).iterator():
        if not is_unreadable(address):
            plain = models.Value(address, output_field=models.CharField())
            model._base_manager.filter(pk=pk).update(**{name: plain})

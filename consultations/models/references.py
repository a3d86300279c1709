"""References: the random codes by which people name a submission or a response."""

import secrets
from functools import wraps

from django.db import IntegrityError, connection

REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O and 1/I: people read it out on the phone


def new_reference():
    """Return a random reference such as 7F3K-9QXM."""
    code = "".join(secrets.choice(REFERENCE_ALPHABET) for _place in range(8))
    return f"{code[:4]}-{code[4:]}"


def until_reference_is_free(receive):
    """Try once more when the random reference was taken: among a million texts one in a million meets another's.

    Only where nothing around it would be undone as well.
    """

    @wraps(receive)
    def tried(cls, **given):
        try:
            return receive(cls, **given)
        except IntegrityError:
            if connection.in_atomic_block:
                raise
            return receive(cls, **given)

    return tried

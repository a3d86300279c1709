"""References: random codes that people quote for a submission or a response."""

import secrets
from functools import wraps

from django.db import IntegrityError, connection

REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0/O and 1/I: people read references out on the phone


def new_reference():
    """Return a random reference such as 7F3K-9QXM."""
    code = "".join(secrets.choice(REFERENCE_ALPHABET) for _place in range(8))
    return f"{code[:4]}-{code[4:]}"


def until_reference_is_free(receive):
    """Retry once if the random reference exists already: with a million rows, that is one insert in a million.

    Inside an outer transaction the error is raised, because only that transaction's owner can roll it back.
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

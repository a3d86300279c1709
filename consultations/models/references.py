"""References: random codes that people quote for a submission or a response."""

import re
import secrets
from functools import wraps

from django.db import IntegrityError, connection

# People read references out on the phone, so no two characters look or sound quite alike; and nobody should get a word.
# Without vowels, V (read as U) and digits that are read as vowels, only abbreviations are left; without L, R and S, and
# 5, the words are gone that some languages make of these (smrt, vlk). Older references have other letters, and stay.
REFERENCE_ALPHABET = "26789BCDFGHJKMNPQTWXZ"
REFERENCE_LETTERS = 8
# In any place, also across the hyphen: abbreviations of insults, with digits for letters, and codes of hate groups.
UNWANTED = re.compile(
    "FCK|FKK|FKC|FKN|CN[T7]|KN[T7]|D[CK]K|[T7]W[T7]|[B8][T7]CH|[B8]CH|[P9][T7]HC|W[T7]F|KKK|XXX|[B8]{2}W|W[B8]{2}"
    "|N[G69]{2}|F[G69][T7]|[B8]D[MZ]|[P9][2Z]D|J[B8]W|HH|[B8]{2}|666|K[2Z]|[T7]HC"
)


def new_reference():
    """Return a random reference such as 7F6K-9QXM, in which nobody reads a rude word."""
    letters = len(REFERENCE_ALPHABET)
    while True:
        number = secrets.randbelow(letters**REFERENCE_LETTERS)  # asked for once: each question is a call of the system
        code = "".join(REFERENCE_ALPHABET[number // letters**place % letters] for place in range(REFERENCE_LETTERS))
        if not UNWANTED.search(code):
            return f"{code[:4]}-{code[4:]}"


def until_reference_is_free(receive):
    """Retry once if the random reference exists already: with a million rows, that is one insert in 38,000.

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

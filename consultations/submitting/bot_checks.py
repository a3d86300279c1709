"""Signs that a form was filled in by a script: they cost a puzzle, never a refusal."""

import time

from django.core import signing

FASTEST_WRITING_SECONDS = 2  # nobody reads a form and writes faster
STAMP_LIFETIME_SECONDS = 24 * 3600  # a draft left open overnight is fine
MAX_LINKS = 3

STAMP_SECONDS = 60  # all forms of one minute carry the same stamp, so that everybody is sent the same page


class MinuteSigner(signing.TimestampSigner):
    """Signs the beginning of this minute."""

    def timestamp(self) -> str:
        """Return the beginning of this minute as a signature has it."""
        return signing.b62_encode(int(time.time()) // STAMP_SECONDS * STAMP_SECONDS)


_signer = MinuteSigner(salt="consultations.form")


def new_stamp() -> str:
    """Return a signed note of this minute, for a form's hidden field."""
    return _signer.sign("form")


def stamped_at(stamp: str) -> float | None:
    """Return the minute in which the stamp was made (seconds since 1970); None when it is not ours or too old."""
    try:
        _signer.unsign(stamp, max_age=STAMP_LIFETIME_SECONDS)
    except signing.BadSignature:
        return None
    return float(signing.b62_decode(stamp.rsplit(":", 2)[1]))


def is_suspicious(*, honeypot: str, stamp: str, text: str, is_busy_network: bool) -> bool:
    """Return whether a puzzle is due."""
    made = stamped_at(stamp)
    return bool(
        honeypot
        or made is None
        or time.time() - made < FASTEST_WRITING_SECONDS
        or is_busy_network
        or text.count("://") > MAX_LINKS
    )

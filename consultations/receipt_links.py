"""The signed link to a receipt: whoever has it is the author."""

from django.core import signing
from django.utils.crypto import constant_time_compare


def receipt_key(reference: str) -> str:
    """Return the signature that makes a receipt's link its author's."""
    return signing.Signer(salt="consultations.receipt").signature(reference)


def opens_receipt(key: str, reference: str) -> bool:
    """Return whether the key belongs to the receipt."""
    return constant_time_compare(key, receipt_key(reference))

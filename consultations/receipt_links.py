"""The signed links to a receipt and to a saved response: whoever has one is the author."""

from django.core import signing
from django.utils.crypto import constant_time_compare


def receipt_key(reference: str) -> str:
    """Return the signature that makes a receipt's link its author's."""
    return signing.Signer(salt="consultations.receipt").signature(reference)


def opens_receipt(key: str, reference: str) -> bool:
    """Return whether the key belongs to the receipt."""
    return constant_time_compare(key, receipt_key(reference))


def saved_key(reference: str) -> str:
    """Return the signature that makes the link to a saved response its writer's."""
    return signing.Signer(salt="consultations.saved_response").signature(reference)


def opens_saved(key: str, reference: str) -> bool:
    """Return whether the key belongs to the saved response."""
    return constant_time_compare(key, saved_key(reference))

"""Addresses: those that somebody else wrote, in a header or a field of a form, and those of the staff area."""

from urllib.parse import SplitResult, urlsplit

STAFF_AREA = "/admin/"  # every page of staff is below it: see portal/urls.py


def parts_of(address: str) -> SplitResult | None:
    """Return the parts of an address; None for what is none, such as http://[."""
    try:
        return urlsplit(address)
    except ValueError:
        return None

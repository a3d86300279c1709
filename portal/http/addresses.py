"""Addresses that somebody else wrote: a header, or a field of a form."""

from urllib.parse import SplitResult, urlsplit


def parts_of(address: str) -> SplitResult | None:
    """Return the parts of an address; None for what is none, such as http://[."""
    try:
        return urlsplit(address)
    except ValueError:
        return None

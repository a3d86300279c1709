"""Addresses: those that somebody else wrote, in a header or a field of a form, and those of the staff area."""

from functools import cache
from urllib.parse import SplitResult, urlsplit

from django.urls import reverse


def parts_of(address: str) -> SplitResult | None:
    """Return the parts of an address; None for what is none, such as http://[."""
    try:
        return urlsplit(address)
    except ValueError:
        return None


def is_staff_address(path: str) -> bool:
    """Return whether a path belongs to the staff area."""
    return path.startswith(staff_area())


@cache  # every request asks several times, and the answer is one for as long as the process runs
def staff_area() -> str:
    """Return the path of the first page of the staff area."""
    return reverse("wagtailadmin_home")

"""Places in an order of importance: each choice with its place is one value, such as “1. Night buses”."""

import re

RANKED = re.compile(r"([1-9][0-9]?)\. (.+)")
LONGEST_PLACE = len("99. ")


def ranked(place: int, choice: str) -> str:
    """Return a choice with its place as one value."""
    return f"{place}. {choice}"


def place_of(value: str) -> int:
    """Return the place in a value; 0 for none."""
    found = RANKED.fullmatch(value)
    return int(found[1]) if found else 0


def choice_of(value: str) -> str:
    """Return the choice in a value; '' for none."""
    found = RANKED.fullmatch(value)
    return found[2] if found else ""

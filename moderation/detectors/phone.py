"""Telephone numbers."""

import re
from collections.abc import Callable, Iterator
from itertools import chain

import phonenumbers
from phonenumbers import Leniency, PhoneNumber, PhoneNumberMatcher

from moderation.detectors.registry import Context, Match, detector
from moderation.text.normalised import Text

PhoneSpan = tuple[int, int]

REGION_NAMES = {
    "AU": "an Australian", "CA": "a Canadian", "DE": "a German", "GB": "a British", "IE": "an Irish",
    "NZ": "a New Zealand", "US": "an American",
}  # fmt: skip
# Ranges that the British regulator keeps free for drama. Not in the numbering plan, yet written by careful people.
DRAMA_NUMBER = re.compile(r"(?<!\d)(?:\+44\s?\(?0?\)?\s?|\(?0)(?:1632\)?[\s-]?960|7700[\s-]?900)[\s-]?\d{3}(?!\d)")
# With one of these words just before it, a number that is merely possible is taken for one.
PHONE_CUE = re.compile(
    r"\b(?:call|phone|telephone|tel|ring|text|txt|sms|mobile|mob|cell|whatsapp|fax|handy|telefon|"
    r"reach|contact)\b(?:\W+[^\W\d]+){0,4}[\s:.(]{0,3}[+(]{0,2}$",
    re.IGNORECASE,
)
PHONE_CUE_CHARACTERS = 40
YEAR_RANGE = re.compile(r"(?:19|20)\d\d\D{1,3}(?:19|20)\d\d")
MIN_PHONE_DIGITS = 7
MAX_PHONE_CHARACTERS = 18  # Characters; a longer run of digits may be several numbers.
CHAINED_NUMBERS = re.compile(r"(?<!\d)\(?0\d(?:[ ().-]{0,2}\d){6,10}?(?=\s\(?0|$|\s\D)")
MAX_PHONE_TRIES = 500  # what might be a number and is none, in one text; more is made up to keep us busy
IDENTIFYING_DIGITS = 8  # Enough to know a number by its end, whatever the prefix in front.


def _digits(written: str) -> str:
    return re.sub(r"\D", "", written)


def _is_own(written: str, own_contacts: tuple[str, ...]) -> bool:
    ending = _digits(written)[-IDENTIFYING_DIGITS:]
    return any(_digits(own)[-IDENTIFYING_DIGITS:] == ending for own in own_contacts if "@" not in own)


def _valid(raw: str, regions: tuple[str, ...]) -> Iterator[tuple[PhoneSpan, str]]:
    for region in regions:
        for found in PhoneNumberMatcher(raw, region, leniency=Leniency.VALID, max_tries=MAX_PHONE_TRIES):
            home = phonenumbers.region_code_for_number(found.number) or ""
            yield (found.start, found.end), REGION_NAMES.get(home, "a")
    for drama in DRAMA_NUMBER.finditer(raw):
        yield drama.span(), REGION_NAMES["GB"]


def _chained(text: Text, regions: tuple[str, ...]) -> Iterator[tuple[PhoneSpan, str]]:
    """Find numbers written one after the other with a mere space between them, each with its leading 0."""
    for start, end in text.numbers:
        if end - start > MAX_PHONE_CHARACTERS:
            for part in CHAINED_NUMBERS.finditer(text.raw, start, end):
                if _is_phone(part[0], regions, phonenumbers.is_valid_number):
                    yield part.span(), "a"


def _announced(text: Text, regions: tuple[str, ...]) -> Iterator[tuple[PhoneSpan, str]]:
    for start, end in text.numbers:
        written = text.raw[start:end]
        announced = PHONE_CUE.search(text.raw[max(start - PHONE_CUE_CHARACTERS, 0) : start])
        if (
            announced
            and not YEAR_RANGE.fullmatch(written)
            and _is_phone(written, regions, phonenumbers.is_possible_number)
        ):
            yield (start, end), "a"


def _is_phone(written: str, regions: tuple[str, ...], is_accepted: Callable[[PhoneNumber], bool]) -> bool:
    if len(_digits(written)) < MIN_PHONE_DIGITS:
        return False
    readings = (_parsed(number, region) for region in regions for number in (written, f"+{written}"))
    return any(number is not None and is_accepted(number) for number in readings)


def _parsed(written: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None


@detector()
def phone(text: Text, context: Context) -> Iterator[Match]:
    """Find numbers that are valid in the agency's regions, or possible and announced as a number."""
    if not any(len(_digits(text.raw[start:end])) >= MIN_PHONE_DIGITS for start, end in text.numbers):
        return
    seen: list[PhoneSpan] = []
    regions = context.regions
    for (start, end), kind in chain(_valid(text.raw, regions), _chained(text, regions), _announced(text, regions)):
        if any(start < b and a < end for a, b in seen) or _is_own(text.raw[start:end], context.own_contacts):
            continue
        seen.append((start, end))
        yield Match(start, end, f"Looks like {kind} phone number.")

"""Telephone numbers."""

import re
from collections.abc import Callable, Iterator
from itertools import chain

import phonenumbers
from phonenumbers import Leniency, PhoneNumber, PhoneNumberMatcher

from moderation.detectors.registry import ANY_DIGIT, Context, Match, detector
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


# Numbers of offices and helplines, which are nobody's own: 1300, 13, 0800 and their kin. The plan knows most; those
# that nobody has been given yet are known by how they begin.
PUBLIC_KINDS = frozenset(
    getattr(phonenumbers.PhoneNumberType, name) for name in ("TOLL_FREE", "SHARED_COST", "PREMIUM_RATE", "UAN")
)
PUBLIC_NUMBER = re.compile(
    r"1[38]00\d{6}|13\d{4}|0(?:800|808|508|900|3[0347]\d|84[345]|87[0-3])\d{3,8}|180\d{7}|09\d{9}"
)
# A permit of a year, and thousands with stops between them.
REFERENCE = re.compile(r"(?:19|20)\d\d\s?/\s?\d+")
REFERENCE_CUE = re.compile(
    r"\b(?:receipt|reference|ref|invoice|order|ticket|file|form|permit|case|application|tender|lot|isbn|abn)\b\.?"
    r"(?:\W+(?:no|number|nr)\.?)?\W*$"
)
THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:(?P<sign>[. ,'])\d{3})(?:(?P=sign)\d{3})+")
COUNTED = re.compile(
    r"\s*(?:[€£$%]|euros?\b|dollars?\b|people\b|(?!always|hours|yours|thanks|this|perhaps)[a-z]{3,}s\b)"
)
# The word right before a number says that it is one, and not that something is called for or sent by telephone.
ASKED_TO_CALL = re.compile(
    r"\b(?:call|phone|telephone|tel|ring|text|txt|sms|mobile|mob|cell|whatsapp|fax|handy|telefon|reach|contact)\b\W{0,3}"
    r"(?:(?:me|us|him|her|them|on|at|is|number|no|my|unter|the|office)\W+){0,3}[+(]{0,2}$"
)


def _digits(written: str) -> str:
    return re.sub(r"\D", "", written)


def _is_own(written: str, own_contacts: tuple[str, ...]) -> bool:
    ending = _digits(written)[-IDENTIFYING_DIGITS:]
    return any(_digits(own)[-IDENTIFYING_DIGITS:] == ending for own in own_contacts if "@" not in own)


def _is_public(number: PhoneNumber) -> bool:
    return phonenumbers.number_type(number) in PUBLIC_KINDS


def _valid(form: str, regions: tuple[str, ...]) -> Iterator[tuple[PhoneSpan, str]]:
    for region in regions:
        for found in PhoneNumberMatcher(form, region, leniency=Leniency.VALID, max_tries=MAX_PHONE_TRIES):
            home = phonenumbers.region_code_for_number(found.number) or ""
            if not (_is_public(found.number) or REFERENCE.fullmatch(found.raw_string)):
                yield (found.start, found.end), REGION_NAMES.get(home, "a")
    for drama in DRAMA_NUMBER.finditer(form):
        yield drama.span(), REGION_NAMES["GB"]


def _chained(text: Text, regions: tuple[str, ...]) -> Iterator[tuple[PhoneSpan, str]]:
    """Find numbers written one after the other with a mere space between them, each with its leading 0."""
    for start, end in text.numbers:
        if end - start > MAX_PHONE_CHARACTERS:
            for part in CHAINED_NUMBERS.finditer(text.base.form, start, end):
                if _is_phone(part[0], regions, phonenumbers.is_valid_number):
                    yield part.span(), "a"


def _announced(text: Text, regions: tuple[str, ...]) -> Iterator[tuple[PhoneSpan, str]]:
    form = text.base.form
    for start, end in text.numbers:
        announced = PHONE_CUE.search(form[max(start - PHONE_CUE_CHARACTERS, 0) : start])
        if (
            announced
            and not YEAR_RANGE.fullmatch(form, start, end)
            and _is_phone(form[start:end], regions, phonenumbers.is_possible_number)
        ):
            yield (start, end), "a"


def _is_phone(written: str, regions: tuple[str, ...], is_accepted: Callable[[PhoneNumber], bool]) -> bool:
    digits = _digits(written)
    if len(digits) < MIN_PHONE_DIGITS or PUBLIC_NUMBER.fullmatch(digits):
        return False
    readings = (_parsed(number, region) for region in regions for number in (written, f"+{written}"))
    return any(number is not None and is_accepted(number) and not _is_public(number) for number in readings)


def _parsed(written: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None


@detector(hint=ANY_DIGIT)
def phone(text: Text, context: Context) -> Iterator[Match]:
    """Find numbers that are valid in the agency's regions, or possible and announced; those of offices are not told."""
    form, regions = text.base.form, context.regions
    if not any(len(_digits(form[start:end])) >= MIN_PHONE_DIGITS for start, end in text.numbers):
        return
    seen: set[int] = set()  # places that a number covers
    for (start, end), kind in chain(_valid(form, regions), _chained(text, regions), _announced(text, regions)):
        written = form[start:end]
        if not seen.isdisjoint(range(start, end)) or _is_own(written, context.own_contacts):
            continue
        if PUBLIC_NUMBER.fullmatch(_digits(written)) or _is_reference(form, start, end):
            continue
        seen.update(range(start, end))
        yield Match(*text.base.span(start, end), f"Looks like {kind} phone number.")


def _is_reference(form: str, start: int, end: int) -> bool:
    """Say whether a number is a receipt's, or thousands, and nobody asks to call it."""
    before = form[max(start - PHONE_CUE_CHARACTERS, 0) : start]
    if thousands := THOUSANDS.fullmatch(form, start, end):
        # People put spaces into telephone numbers too.
        return bool(COUNTED.match(form, end)) or (thousands["sign"] != " " and not ASKED_TO_CALL.search(before))
    return bool(REFERENCE_CUE.search(before)) and not PHONE_CUE.search(before)

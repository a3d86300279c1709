"""Numbers that states give to people. Each needs a word near by that names it: checksums alone prove little."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum.at import vnr
from stdnum.au import tfn
from stdnum.ca import sin
from stdnum.de import idnr
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.ie import pps
from stdnum.nz import ird
from stdnum.us import ssn

from moderation.detectors.registry import ANY_DIGIT, Context, Match, detector
from moderation.text.normalised import Text

CUE_CHARACTERS_BEFORE, CUE_CHARACTERS_AFTER = 45, 25  # How many characters away the naming word may stand.
MEDICARE_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9)


def _is_medicare(written: str) -> bool:
    """Check an Australian Medicare card number: first digit 2 to 6, the ninth is the check digit."""
    digits = [int(c) for c in written if c.isdecimal()]
    total = sum(weight * digit for weight, digit in zip(MEDICARE_WEIGHTS, digits, strict=False))
    return len(digits) in (10, 11) and 2 <= digits[0] <= 6 and total % 10 == digits[8]


def _is_nino(written: str) -> bool:
    """Check a British National Insurance number; it has no check digit, but prefixes that are never given."""
    return written[:2].upper() not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")


@dataclass(frozen=True, slots=True)
class NationalNumber:
    """A kind of number: how it is written, how it is checked, which words name it."""

    name: str
    written: re.Pattern[str]
    is_valid: Callable[[str], bool]
    cue: re.Pattern[str]


def _kind(name: str, written: str, is_valid: Callable[[str], bool], cue: str) -> NationalNumber:
    return NationalNumber(
        name,
        re.compile(rf"(?<![^\W_])(?:{written})(?![^\W_])", re.IGNORECASE),
        is_valid,
        re.compile(rf"\b(?:{cue})", re.IGNORECASE),
    )


THREES = r"\d{3}[ -]?\d{3}[ -]?\d{3}"
NATIONAL_NUMBERS = {
    "au-tfn": _kind("an Australian tax file number", rf"{THREES}|\d{{8}}", tfn.is_valid, r"tfn\b|tax file"),
    "au-medicare": _kind(
        "an Australian Medicare number", r"\d{4}[ -]?\d{5}[ -]?\d(?:[ /-]?\d)?", _is_medicare, "medicare"
    ),
    "nz-ird": _kind(
        "a New Zealand tax number", r"\d{2,3}[ -]?\d{3}[ -]?\d{3}", ird.is_valid, r"ird\b|inland revenue|tax number"
    ),
    "gb-nhs": _kind("a British NHS number", r"\d{3}[ -]?\d{3}[ -]?\d{4}", nhs.is_valid, r"nhs\b"),
    "gb-nino": _kind(
        "a British National Insurance number",
        r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: ?\d\d){3} ?[A-D]",
        _is_nino,
        r"national insurance|nino\b|ni (?:number|no)\b",
    ),
    "us-ssn": _kind(
        "an American social security number", r"\d{3}([ -]?)\d{2}\1\d{4}", ssn.is_valid, r"ssn\b|social security"
    ),
    "ca-sin": _kind("a Canadian social insurance number", THREES, sin.is_valid, "social insurance"),
    "ie-pps": _kind("an Irish PPS number", r"\d{7}[A-W][A-IW]?", pps.is_valid, r"ppsn?\b|personal public service"),
    "de-idnr": _kind(
        "a German tax number",
        r"\d{2}(?: ?\d{3}){3}",
        idnr.is_valid,
        r"steuer-?\s?id|steuernummer|idnr\b|identifikationsnummer",
    ),
    "at-vnr": _kind(
        "an Austrian social insurance number",
        r"\d{4} ?\d{6}",
        vnr.is_valid,
        r"sozialversicherungsnummer|svnr\b|sv-nummer",
    ),
    "fr-nir": _kind(
        "a French social security number",
        r"[12] ?\d{2} ?\d{2} ?\d[\dAB](?: ?\d{3}){2} ?\d{2}",
        nir.is_valid,
        r"securite sociale|numero de secu",
    ),
}


def check_numbers(*, numbers: tuple[str, ...] = ()) -> None:
    """Refuse the name of a number that we do not know."""
    if unknown := sorted(set(numbers) - set(NATIONAL_NUMBERS)):
        raise ValueError(f"there is no national number called {unknown[0]}")


@detector(check=check_numbers, hint=ANY_DIGIT)
def national_number(text: Text, context: Context, *, numbers: tuple[str, ...] = ()) -> Iterator[Match]:
    """Find national numbers of the named kinds; of every kind we know when none is named."""
    if not text.numbers:
        return
    form = text.base.form
    for name in numbers or NATIONAL_NUMBERS:
        kind = NATIONAL_NUMBERS[name]
        if not kind.cue.search(form):
            continue
        for found in kind.written.finditer(form):
            start, end = found.span()
            near = f"{form[max(start - CUE_CHARACTERS_BEFORE, 0) : start]} {form[end : end + CUE_CHARACTERS_AFTER]}"
            if kind.cue.search(near) and kind.is_valid(found[0].upper()):
                yield Match(*text.base.span(start, end), f"Looks like {kind.name}.")

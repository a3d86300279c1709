"""Payment cards and bank accounts."""

import re
from collections.abc import Iterator

from stdnum import iban as stdnum_iban
from stdnum import luhn

from moderation.detectors.registry import ANY_DIGIT, Context, Match, detector
from moderation.text.normalised import Text

CARD_NUMBER = re.compile(r"(?<![\w+.-])\d(?:[ -]?\d){11,18}(?![\w-]|\.\d)")
# First digits and lengths, as the issuers publish them.
CARD_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]|2[2-7])\d{14}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-59]\d{11}|[689]\d{12})"  # Diners Club
    r"|(?:6011|64[4-9]\d|65\d\d|62\d\d)\d{12,15}"  # Discover, UnionPay
    r"|35\d{14}|(?:2131|1800)\d{11}"  # JCB
    r"|(?:50|5[6-9]|6\d)\d{10,17}"  # Maestro
)
SHORT_CARD = 14  # Shorter ones look like telephone numbers once they have spaces.

IBAN = re.compile(r"(?<![^\W_])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}", re.IGNORECASE)
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26,
    "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25,
    "RO": 24, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29,
}  # fmt: skip


@detector(hint=ANY_DIGIT)
def card(text: Text, context: Context) -> Iterator[Match]:
    """Find payment card numbers: an issuer's prefix and length, and a true check digit."""
    if not text.numbers:
        return
    for found in CARD_NUMBER.finditer(text.base.form):
        digits = re.sub(r"\D", "", found[0])
        spaced = len(digits) < len(found[0])
        if (len(digits) >= SHORT_CARD or not spaced) and CARD_ISSUERS.fullmatch(digits) and luhn.is_valid(digits):
            yield Match(*text.base.span(*found.span()), "Looks like a payment card number.")


def _account_end(written: str, length: int) -> int:
    """Return where the first `length` letters and digits end, or 0 when a word goes on there."""
    places = [character.end() for character in re.finditer(r"[^\W_]", written)]
    end = places[length - 1] if 0 < length <= len(places) else 0
    return 0 if written[end : end + 1].isalnum() else end


@detector(hint=ANY_DIGIT)
def iban(text: Text, context: Context) -> Iterator[Match]:
    """Find international bank account numbers."""
    for found in IBAN.finditer(text.base.form):
        end = _account_end(found[0], IBAN_LENGTHS.get(found[0][:2].upper(), 0))
        if end and stdnum_iban.is_valid(found[0][:end], check_country=False):
            yield Match(*text.base.span(found.start(), found.start() + end), "Looks like a bank account number.")

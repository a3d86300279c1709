"""Numbers and days as answers: read from what people type, kept as plain text, said in the reader's language.

A number is kept with a point and without zeros that say nothing, such as 3.5; a day as 2026-03-31.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.formats import date_format, get_format, number_format
from django.utils.translation import gettext as _

from portal.agency.days import StoredDayField

LONGEST_MEASURE = 60  # letters that a number or a day may be typed with
LONGEST_UNIT = 30
# Few enough digits that a spreadsheet's numbers hold them exactly, and that no third place looks like thousands.
NUMBER_IN_DIGITS = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,2})?")
GROUPED_FROM = 10_000  # a smaller number may be a year, which nobody writes with a comma


def number_in(typed: str, *, with_decimals: bool) -> Decimal:
    """Return the number that somebody typed; raise ValidationError for what is none."""
    # Digits of every script, and the signs that they come with.
    text = "".join(str(unicodedata.decimal(sign, sign)) for sign in typed.strip())
    text = text.replace("−", "-").replace("\N{ARABIC DECIMAL SEPARATOR}", ".")
    if get_format("DECIMAL_SEPARATOR") == ",":
        text = text.replace(",", ".")
    if not NUMBER_IN_DIGITS.fullmatch(text):
        raise ValidationError(not_a_number(with_decimals=with_decimals), code="invalid")
    number = Decimal(text)
    if not with_decimals and number % 1:
        raise ValidationError(_("Write a whole number, without decimals."), code="decimals")
    return number


def not_a_number(*, with_decimals: bool) -> str:
    """Return what is said of a text that is no number."""
    if with_decimals:
        said = _("Write a number in digits alone, with two decimals at most, such as %s.")
        return said % number_format(Decimal("1250.5"), force_grouping=False)
    return _("Write a number in digits alone, such as 1250.")


def day_in(typed: str) -> date:
    """Return the day that somebody typed; raise ValidationError for what is none."""
    whole_years = [form for form in get_format("DATE_INPUT_FORMATS") if "%Y" in form]
    invalid = _("Write a day that the calendar has, as year-month-day, such as %s.") % "2026-03-31"
    field = StoredDayField(
        input_formats=["%Y-%m-%d", *whole_years, "%d.%m.%Y"], required=False, error_messages={"invalid": invalid}
    )
    if day := field.clean(typed.strip()):
        return day
    raise ValidationError(invalid, code="invalid")


def kept_number(number: Decimal) -> str:
    """Return a number as it is kept."""
    return f"{number.normalize():f}" if number else "0"


def said_number(kept: str | Decimal, unit: str = "") -> str:
    """Return a number as the reader writes it, with its unit."""
    number = Decimal(kept_number(Decimal(kept)))
    words = number_format(number, force_grouping=abs(number) >= GROUPED_FROM)
    return f"{words}\N{NO-BREAK SPACE}{unit}" if unit else words


def said_day(kept: str) -> str:
    """Return a day as the reader writes it."""
    return date_format(date.fromisoformat(kept), _("j F Y"))


def is_number(kept: str) -> bool:
    """Return whether a text is a number as it is kept; addresses of pages hold anything."""
    return bool(NUMBER_IN_DIGITS.fullmatch(kept))


def is_day(kept: str) -> bool:
    """Return whether a text is a day as it is kept."""
    try:
        return date.fromisoformat(kept).isoformat() == kept
    except ValueError:
        return False

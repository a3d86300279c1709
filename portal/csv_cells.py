"""Cells of a CSV file that no spreadsheet takes for a formula, whoever wrote what stands in them."""

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FORMULA = re.compile(r"[ \u00a0\ufeff]*[=+\-@\t\r\n＝＋－＠]")
# Within a text: whoever splits at semicolons, tabs or line ends, whatever the quotes say, finds a cell there.
FORMULA_WITHIN = re.compile(r"([;\t\r\n][ \u00a0\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*)(?=[=+\-@＝＋－＠])")


def defuse_formula(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would read as a formula; remove control characters."""
    text = FORMULA_WITHIN.sub(r"\1'", _CONTROLS.sub("", text))
    return f"'{text}" if _FORMULA.match(text) else text

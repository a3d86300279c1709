"""Cells of a CSV file that no spreadsheet takes for a formula, whoever wrote what stands in them."""

import csv
import re
from numbers import Number

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FORMULA = re.compile(r"[ \u00a0\ufeff]*[=+\-@\t\r\n＝＋－＠]")
# Within a text: whoever splits at semicolons, tabs or line ends, whatever the quotes say, finds a cell there.
FORMULA_WITHIN = re.compile(r"([;\t\r\n][ \u00a0\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*)(?=[=+\-@＝＋－＠])")


def defuse_formula(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would read as a formula; remove control characters."""
    text = FORMULA_WITHIN.sub(r"\1'", _CONTROLS.sub("", text))
    return f"'{text}" if _FORMULA.match(text) else text


class Echo:
    """A file that returns each line in place of keeping it."""

    def write(self, line):
        """Return the line."""
        return line


class SheetWriter:
    """Writes rows of CSV like `csv.writer`, the only one that the product uses: no text in a cell is a formula."""

    def __init__(self, file, **options):
        self.sheet = csv.writer(file, **options)

    def writerow(self, cells):
        """Write a row; texts, also those that are translated when they are written, are defused, numbers stay."""
        return self.sheet.writerow([cell if is_number(cell) else defuse_formula(str(cell)) for cell in cells])

    def writerows(self, rows):
        """Write several rows."""
        for row in rows:
            self.writerow(row)


def is_number(cell):
    """Return whether a cell holds a number, or nothing; a negative one begins like a formula."""
    return cell is None or isinstance(cell, Number)

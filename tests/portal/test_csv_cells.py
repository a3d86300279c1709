"""What the product writes as CSV holds no formula, whoever writes it."""

import csv
import io
from decimal import Decimal

import pytest
from django.utils.translation import gettext_lazy

from portal.csv_cells import SheetWriter


def written(*cells):
    file = io.StringIO()
    SheetWriter(file).writerow(cells)
    return next(csv.reader(io.StringIO(file.getvalue())))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "  =1", "a;=1", "a\n=1"])
def test_a_text_is_no_formula(text):
    cell, lazy = written(text, gettext_lazy(text))

    assert cell == lazy != text
    assert cell.replace("'", "") == text


def test_numbers_and_nothing_stay_as_they_are():
    assert written(-3, 1.5, Decimal("-1.5"), None, True, "") == ["-3", "1.5", "-1.5", "", "True", ""]

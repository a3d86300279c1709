import pytest
from django.core.exceptions import ValidationError

from portal.agency.colour import PAPER, READABLE, contrast, readable
from portal.agency.models import readable_accent


def test_contrast_of_black_and_white_is_the_greatest():
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0


def test_contrast_of_a_colour_with_itself_is_none():
    assert contrast("#00596d", "#00596d") == 1.0


@pytest.mark.parametrize("colour", ["#ffff00", "#ffffff", "#7fd4c1", "#00596d"])
def test_the_nearest_readable_colour_can_be_read(colour):
    assert contrast(readable(colour), PAPER) >= READABLE


def test_a_readable_colour_stays_as_it_is():
    assert readable("#00596d") == "#00596d"


def test_a_pale_accent_is_refused_with_the_nearest_that_works():
    with pytest.raises(ValidationError) as error:
        readable_accent("#7fd4c1")

    nearest = readable("#7fd4c1")
    assert error.value.messages == [f"Text in #7fd4c1 is too pale to read. The nearest that works is {nearest}."]


@pytest.mark.parametrize("colour", ["teal", "#123", "#12345g", "#123456\n", "red;}body{display:none"])
def test_what_is_no_colour_is_refused(colour):
    with pytest.raises(ValidationError, match="Write the colour as # and six digits"):
        readable_accent(colour)

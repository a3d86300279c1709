import pytest

from consultations.languages import CANDIDATES, language_name


@pytest.mark.parametrize("code", CANDIDATES)
def test_every_language_that_is_guessed_has_a_name(code):
    assert language_name(code) != code


def test_a_variety_without_a_name_has_that_of_its_language():
    assert (language_name("zh-XX"), language_name("en-au"), language_name("xx")) == ("中文", "Australian English", "xx")

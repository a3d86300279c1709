import pytest

from search.exports import glyphs
from search.exports.glyphs import MISSING, covered, showable


@pytest.fixture(autouse=True)
def fresh():
    covered.cache_clear()
    yield
    covered.cache_clear()


def test_what_no_font_has_is_marked():
    if covered() is None:
        pytest.skip("There is no Fontconfig here.")

    assert showable("A\ue000b") == f"A{MISSING}b"  # a private character: no font that is for everybody has one
    assert ord("é") in covered()


def test_control_characters_go_and_marks_of_direction_stay():
    assert showable("a\x07b\tc\nd\u200d\u202be\ufe0f") == "ab\tc\nd\u200d\u202be\ufe0f"


def test_without_fontconfig_nothing_is_marked(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert (covered(), glyphs.showable("A\ue000b")) == (None, "A\ue000b")

import pytest

from search.exports import glyphs
from search.exports.glyphs import MISSING_GLYPH, font_characters, printable_text


@pytest.fixture(autouse=True)
def fresh():
    font_characters.cache_clear()
    yield
    font_characters.cache_clear()


def test_what_no_font_has_is_marked():
    if font_characters() is None:
        pytest.skip("There is no Fontconfig here.")

    assert (
        printable_text("A\ue000b") == f"A{MISSING_GLYPH}b"
    )  # a private character: no font that is for everybody has one
    assert ord("é") in font_characters()


def test_control_characters_go_and_marks_of_direction_stay():
    assert printable_text("a\x07b\tc\nd\u200d\u202be\ufe0f") == "ab\tc\nd\u200d\u202be\ufe0f"


def test_without_fontconfig_nothing_is_marked(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert (font_characters(), glyphs.printable_text("A\ue000b")) == (None, "A\ue000b")

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.word_difference import Change, difference


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("the same", "the same", [Change("same", "the same")]),
        ("at three", "at four", [Change("same", "at "), Change("gone", "three"), Change("new", "four")]),
        ("早上好", "早上坏", [Change("same", "早上"), Change("gone", "好"), Change("new", "坏")]),
        ("gone", "", [Change("gone", "gone")]),
    ],
)
def test_difference_is_told_word_by_word(before, after, expected):
    assert difference(before, after) == expected


@given(st.text(), st.text())
def test_difference_holds_both_texts_whole(before, after):
    changes = difference(before, after)

    assert "".join(change.text for change in changes if change.kind != "new") == before
    assert "".join(change.text for change in changes if change.kind != "gone") == after

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import word_difference
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


@pytest.mark.parametrize("end", [". ", " "])
def test_long_texts_are_never_compared_whole(monkeypatch, end):
    compared = []

    class Counted(word_difference.SequenceMatcher):
        def __init__(self, junk, old, new):
            compared.append(len(old) * len(new))
            super().__init__(junk, old, new)

    monkeypatch.setattr(word_difference, "SequenceMatcher", Counted)
    words = [f"word{n * 7919 % 1000}{end if n % 12 == 11 else ' '}" for n in range(20_000)]
    before, after = "".join(words), "".join(f"other{n} " if n % 10 == 9 else word for n, word in enumerate(words))

    changes = difference(before, after)

    assert (one_side(changes, "new"), one_side(changes, "gone")) == (before, after)
    assert sum(len(change.text.split()) for change in changes if change.kind == "gone") == 2000
    assert sum(compared) < 10_000_000  # of 400 million pairs of words


def test_long_text_with_a_sentence_more_shows_just_that():
    sentences = [f"Line {n} runs from the market to quay {n}. " for n in range(500)]
    before = "".join(sentences)
    sentences[250:251] = ["It is new. ", "Line 250 runs from the harbour to quay 250. "]

    changes = difference(before, "".join(sentences))

    said = [(change.kind, change.text) for change in changes if change.kind != "same"]
    assert said == [("new", "It is new. "), ("gone", "market "), ("new", "harbour ")]


@given(st.lists(st.sampled_from(["One. ", "早上。", "two\n", "three", "\n\n", " ", "…"])), st.text())
def test_sentences_hold_a_text_whole(parts, more):
    text = "".join(parts) + more

    assert "".join(word for sentence in word_difference.sentences(text) for word in sentence) == text


def one_side(changes, without):
    """Return the text on one side of changes."""
    return "".join(change.text for change in changes if change.kind != without)

"""The text of a suggestion: three parts in one, and where words stand in a passage."""

import pytest

from consultations.suggested_words import SuggestedWords, marked_pieces, places_of, words_in, words_left

OLD = "− + minus: plus"


@pytest.mark.parametrize(
    "words",
    [
        SuggestedWords("midnight", "one", "I work late."),
        SuggestedWords("midnight", "one"),
        SuggestedWords("midnight", why="Nobody rides then.\n\n+ Really.\n− No."),
        SuggestedWords("midnight"),
        SuggestedWords(OLD, "− + 5", "+ five\n\n\n− and more"),
    ],
)
def test_parts_come_back_from_the_text(words):
    assert words_in(words.text) == words


@pytest.mark.parametrize(
    "text", ["", "No signs.", "+ new alone", "− old [passage removed]new\n\nand no sign\n+ why", "−"]
)
def test_a_text_in_another_layout_has_no_parts_or_keeps_them_apart(text):
    found = words_in(text)

    assert found is None or found.text == text


WHOLE = "− Eight lines run\n+ Nine lines run\n\nAnn says so, and Ben says so."


@pytest.mark.parametrize(
    ("covered", "left"),
    [
        (
            WHOLE.replace("Ann", "[name]"),
            SuggestedWords("Eight lines run", "Nine lines run", "[name] says so, and Ben says so."),
        ),
        (
            WHOLE.replace("Nine lines run", "[x]"),
            SuggestedWords("Eight lines run", "[x]", "Ann says so, and Ben says so."),
        ),
        ("− Eight [x]\n+ [x] run\n\n[x]", SuggestedWords("Eight [x]", "[x] run", "[x]")),
        ("− Eight lines run\n+ Nine [x] says so, and Ben says so.", None),
        ("− Eight lines run\n+ Nine [x]", None),
        ("− Eight [x] lines run\n\nAnn says so, and Ben says so.", None),
        ("− Eight lines run\n+ Nine lines run\n\nBen [x] Ann [x]", None),
        ("− [x]\n\n[x]", None),
    ],
)
def test_parts_of_a_redacted_text_are_told_only_where_they_stayed_apart(covered, left):
    assert words_left(covered, WHOLE) == left


def changes(old, new):
    return [(each.kind, each.text) for each in SuggestedWords(old, new).changes]


def test_few_words_are_replaced_as_a_whole_and_many_one_by_one():
    old, new = "on the nights from Thursday", "on every night of the week"
    tail = " and it goes on for a while" * 4

    assert changes(old, new) == [
        ("same", "on "),
        ("gone", "the nights from Thursday"),
        ("new", "every night of the week"),
    ]
    assert changes("at night", "") == [("gone", "at night")]
    assert changes("only at night", "at night") == [("gone", "only "), ("same", "at night")]
    assert len(changes(f"one{tail} two", f"three{tail} four")) == 5


def test_a_passage_is_marked_where_words_stand_also_where_they_overlap():
    places = places_of("no no", "say no no no.")

    assert places == [(4, 9), (7, 12)]
    assert list(marked_pieces("say no no no.", places)) == [
        ("say ", False),
        ("no ", True),
        ("no", True),
        (" no", True),
        (".", False),
    ]
    assert places_of("", "anything") == []

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.findings.redaction import Span, merged, occurrences, redacted, selected_place

TEXT = "Ring Jo on 0491 570 006 or 0491 570 156."


def test_redacted_puts_labels_where_passages_were():
    spans = [Span("text", 27, 39), Span("text", 11, 23, "phone number removed")]

    assert redacted(TEXT, spans) == "Ring Jo on [phone number removed] or [passage removed]."


def test_redacted_without_spans_is_the_text():
    assert redacted(TEXT, []) == TEXT


def test_overlapping_spans_become_one_under_the_first_label():
    spans = [Span("text", 5, 9, "b"), Span("text", 2, 6, "a"), Span("text", 9, 10, "c")]

    assert merged(spans) == [Span("text", 2, 9, "a"), Span("text", 9, 10, "c")]


@pytest.mark.parametrize("span", [Span("text", -1, 3), Span("text", 3, 3), Span("text", 0, 99)])
def test_span_outside_the_text_is_refused(span):
    with pytest.raises(ValueError, match="outside the text"):
        redacted("short", [span])


@pytest.mark.parametrize(
    ("text", "passage", "places"),
    [
        ("They end here; he, the planner, knows.", "he", [(15, 17)]),
        ("Der Ärger, das Ä", "Ä", [(15, 16)]),
        ("का क", "क", [(3, 4)]),
        ("(Jo)s bus, Jo_1", "(Jo)", [(0, 4)]),
        ("市长在码头", "码头", [(3, 5)]),
    ],
)
def test_passage_is_found_where_it_is_a_word(text, passage, places):
    assert occurrences(text, passage) == places


@pytest.mark.parametrize(
    "value",
    ["", "text:6:3:he", "text:3:6:he", "text:5:7:he", "email:6:8:he", "text:-1:1:he", "text:6:99:he", "text:٦:٨:he"],
)
def test_place_whose_words_do_not_stand_there_is_none(value):
    assert selected_place(value, {"text": "They, he"}) is None


def test_selected_place_is_one_place():
    assert selected_place("text:6:8:he", {"text": "They, he"}) == Span("text", 6, 8)
    assert selected_place("text:0:3:a\r\nb", {"text": "a\nb"}) == Span("text", 0, 3)


def test_occurrences_are_found_every_time():
    assert occurrences("a b a b a", "a b") == [(0, 3), (4, 7)]
    assert occurrences("a", "b") == []
    assert occurrences("a", "") == []


@st.composite
def redactions(draw):
    text = draw(st.text("abcdef", min_size=1, max_size=30))
    starts = draw(st.lists(st.integers(0, len(text) - 1), max_size=5))
    return text, [Span("text", start, draw(st.integers(start + 1, len(text))), "") for start in starts]


@given(redactions())
def test_redacted_keeps_exactly_what_no_span_covers(case):
    text, spans = case
    kept = "".join(char for at, char in enumerate(text) if not any(s.start <= at < s.end for s in spans))

    assert redacted(text, spans).replace("[]", "") == kept

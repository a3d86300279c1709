import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.findings.redaction import Span, merged, occurrences, redacted

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

"""What of a query was not read as it may have been meant."""

import pytest

from search.language.hints import HintKind, QueryHint, query_hints

PLAIN = ["", "  ", "bus tram", "bus - tram", "bus & tram", "ORCHARD", "BUS OR TRAM", '"bus OR tram"', "bus*"]


@pytest.mark.parametrize("text", PLAIN)
def test_no_hint_where_nothing_is_odd(text):
    assert query_hints(text) == []


@pytest.mark.parametrize("text", ["🚲", "§", "\u200b", "-🚲", "()", '""', "***"])
def test_a_query_without_a_word_is_told(text):
    assert query_hints(text) == [QueryHint(HintKind.NO_WORD, text)]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("bus 🚲", QueryHint(HintKind.LEFT_OUT, "🚲")),
        ("bus OR tram", QueryHint(HintKind.OPERATOR, "OR", "bus | tram")),
        ("bus AND tram NOT school", QueryHint(HintKind.OPERATOR, "AND, NOT", "bus tram -school")),
        ('"bus OR" OR tram', QueryHint(HintKind.OPERATOR, "OR", '"bus OR" | tram')),
        ("bus !school", QueryHint(HintKind.OPERATOR, "!", "bus -school")),
        ("*bus", QueryHint(HintKind.STAR, "*bus")),
        ("night stra*e", QueryHint(HintKind.STAR, "stra*e", "night stra*")),
        ("b*", QueryHint(HintKind.SHORT, "b*")),
    ],
)
def test_what_other_search_engines_obey_is_told(text, hint):
    assert query_hints(text) == [hint]

from hypothesis import given
from hypothesis import strategies as st

from search.language.query import parse_query
from search.language.snippets import HIGHLIGHT_BEGIN, HIGHLIGHT_END, SNIPPET_CHARACTERS, Highlighter


def shown(text):
    return text.replace(HIGHLIGHT_BEGIN, "[").replace(HIGHLIGHT_END, "]")


def highlighter(query, languages=("en",)):
    return Highlighter.for_query(parse_query(query), languages)


def test_marks_grammatical_forms_phrases_and_beginnings():
    text = "Buses at night: the night bus, trams and tramways. No schools."

    found = highlighter('bus "the night" tra* -school').highlight(text, "en")

    assert shown(found) == "[Buses] at night: [the night] [bus], [trams] and [tramways]. No schools."


def test_marks_overlapping_hits_once():
    assert shown(highlighter('"night bus" bus').highlight("a night bus.", "en")) == "a [night bus]."


def test_snippet_shows_the_stretch_with_most_hits():
    text = "First a bus. " + "Nothing here. " * 40 + "The late bus is a\n\nlate night bus. " + "And so on. " * 40

    found = shown(highlighter("late bus").snippet(text, "en"))

    assert "The [late] [bus] is a [late] night [bus]." in found
    assert found.startswith("… ") and found.endswith(" …")
    assert len(found) < SNIPPET_CHARACTERS + 20


def test_snippet_of_a_text_without_hits_is_its_beginning():
    assert highlighter("").snippet("Short  text.\nHere.", "en") == "Short text. Here."
    assert highlighter("").snippet("word " * 100, "en").startswith("word word")


def test_marks_in_the_text_itself_are_not_believed():
    assert shown(highlighter("bus").highlight(f"a {HIGHLIGHT_BEGIN}x{HIGHLIGHT_END} bus", "en")) == "a  x  [bus]"


@given(st.text(max_size=600), st.sampled_from(["bus", '"a b"', "ab*", "-a", ""]))
def test_snippet_marks_in_pairs(text, query):
    found = highlighter(query).snippet(text, "en")

    marks = [c for c in found if c in HIGHLIGHT_BEGIN + HIGHLIGHT_END]
    assert marks == [HIGHLIGHT_BEGIN, HIGHLIGHT_END] * (len(marks) // 2)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text import Text, fingerprint

TRICKS = st.text(st.sampled_from("aAsSfuck 01!@$|.-_*\u200b\u202e\u0301éßﬁŉасеοＡ①👍\n中"), max_size=60)
ANY = st.text(max_size=60)
WITHOUT_TRICKS = st.lists(st.sampled_from(["Trees", "shade", "the", "street.", "Buses", "2024", "cost", "$500,"]))


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("Plain words, 3 buses.", "plain words, 3 buses."),
        ("Ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("zero\u200bwidth and \u202ebidi\u202c", "zerowidth and bidi"),
        ("Crème brûlée", "creme brulee"),
        ("ѕᴍᴀʟʟ ⒞⒜⒫⒮, 🇫 🇱 🇦 🇬, Ⓒircle, 𝔉raktur", "small caps, flag, circle, fraktur"),
        ("Straße", "strasse"),
        ("Сату іn disguisе", "caty in disguise"),
        ("l33t sp34k costs $500", "leet speak costs $500"),
        ("sh0ut!!!", "shout!!!"),
        ("so s p a c e d, so d.o.t.t.e.d", "so spaced, so dotted"),
        ("Ich bin für Öffis", "ich bin fur offis"),
        ("公園需要更多的樹", "公園需要更多的樹"),
        ("", ""),
    ],
)
def test_folded_undoes_disguises(raw, folded):
    assert Text(raw).folded == folded


@pytest.mark.parametrize(
    ("raw", "word", "written"),
    [
        ("Say plain words", "plain", "plain"),
        ("Say Crème now", "creme", "Crème"),
        ("Say cre\u0300me now", "creme", "cre\u0300me"),
        ("Say f.i.n.e now", "fine", "f.i.n.e"),
        ("Say f\u200bi\u200bne now", "fine", "f\u200bi\u200bne"),
        ("Die Straße hier", "strasse", "Straße"),
        ("👍 f 1 n e", "fine", "f 1 n e"),
    ],
)
def test_span_leads_back_to_what_was_written(raw, word, written):
    text = Text(raw)
    start = text.folded.index(word)

    begin, end = text.span(start, start + len(word))

    assert raw[begin:end] == written


def test_collapsed_span_takes_in_the_whole_run():
    text = Text("so niiiice!")

    begin, end = text.collapsed.span(3, 7)

    assert (text.collapsed.form, text.raw[begin:end]) == ("so nice!", "niiiice")


def test_reading_is_one_for_a_text_without_tricks():
    assert [reading.form for reading in Text("More trees, please.").readings] == ["more trees, please."]


@given(TRICKS | ANY)
def test_span_stays_in_range_and_in_order(raw):
    text = Text(raw)

    for reading in (text.base, text.unmasked, text.collapsed, *text.readings):
        spans = [reading.span(at, at + 1) for at in range(len(reading.form))]
        assert all(0 <= start < end <= len(raw) for start, end in spans)
        assert spans == sorted(spans)
        assert [end for _, end in spans] == sorted(end for _, end in spans)


@given(TRICKS | ANY, st.integers(0, 60), st.integers(0, 60))
def test_span_of_several_letters_is_from_the_first_to_the_last(raw, one, other):
    text = Text(raw)
    start, end = sorted((min(one, len(text.folded)), min(other, len(text.folded))))

    if start < end:
        assert text.span(start, end) == (text.span(start, start + 1)[0], text.span(end - 1, end)[1])
    else:
        assert text.span(start, end)[0] == text.span(start, end)[1]


@given(WITHOUT_TRICKS.map(" ".join))
def test_span_of_plain_text_is_itself(raw):
    text = Text(raw)

    assert text.folded == raw.lower()
    assert [text.span(at, at + 1) for at in range(len(raw))] == [(at, at + 1) for at in range(len(raw))]


def test_words_count_each_chinese_character():
    assert Text("Das ist 公園!").words == ("das", "ist", "公", "園")


def test_fingerprint_is_the_same_for_a_copy_in_other_dress():
    letter = "Please keep the old trees in Mill Lane, and plant more."
    copy = "  PLEASE keep the old trees in Mill\u200b Lane and plant more!!"

    assert fingerprint(letter) == fingerprint(copy)
    assert len(fingerprint(letter)) == 32


def test_fingerprint_differs_for_other_words():
    assert fingerprint("one two three four five six seven eight") != fingerprint(
        "one two three four five six seven nine"
    )


def test_fingerprint_is_empty_for_a_short_text():
    assert fingerprint("I agree with the plan, all seven.") == ""

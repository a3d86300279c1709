import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.normalised import LEET_AS_I, LEET_AS_L, Text, fingerprint

TRICKS = st.text(st.sampled_from("aAsSfuckil 01!@$|.-_*'’´\u200b\u202e\u0301éßﬁŉасеοＡ①👍🏽❤️\n中"), max_size=60)
ANY = st.text(max_size=60)
LEETS = (LEET_AS_I, LEET_AS_L, str.maketrans("l", "i"))
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
        ("so p🔥i💥c🙂t, so w . i . d . e", "so pict, so wide"),
        ("it’s Jo´s and Joʼs", "it's jo's and jo's"),
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
        ("f👍🏽i👍🏽n👍🏽e!", "fine", "f👍🏽i👍🏽n👍🏽e"),
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


def every_reading(text):
    return (text.base, text.joined, text.unmasked, text.levelled, text.collapsed, *text.readings)


@given(TRICKS | ANY)
def test_span_stays_in_range_and_in_order(raw):
    text = Text(raw)

    for reading in every_reading(text):
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


def is_within(read, written):
    """Say whether the letters of a reading come one after the other in what was written, as themselves or in leet."""
    at = 0
    for letter in read:
        ways = {
            sign for sign in written[at:] if letter in (sign, *(chr(t[ord(sign)]) for t in LEETS if ord(sign) in t))
        }
        places = [written.index(sign, at) for sign in ways]
        if not places:
            return False
        at = min(places) + 1
    return True


@given(TRICKS | ANY, st.integers(0, 60), st.integers(1, 12))
def test_span_holds_all_that_was_read(raw, start, length):
    text = Text(raw)

    for reading in every_reading(text):
        read = reading.form[start : start + length]
        if read:
            begin, end = reading.span(start, start + len(read))
            assert is_within(read, Text(raw[begin:end]).base.form)


@given(TRICKS | ANY)
def test_place_is_the_way_back_from_a_span(raw):
    text = Text(raw)

    for reading in every_reading(text):
        for at in range(len(reading.form)):
            found = reading.place(reading.span(at, at + 1)[0])
            assert found <= at
            assert reading.starts[found] == reading.starts[at]


@given(TRICKS | ANY)
def test_every_reading_is_made_of_what_was_written(raw):
    text = Text(raw)

    assert [reading.form for reading in every_reading(text) if not is_within(reading.form, text.base.form)] == []


@given(WITHOUT_TRICKS.map(" ".join))
def test_span_of_plain_text_is_itself(raw):
    text = Text(raw)

    assert text.folded == raw.lower()
    assert [text.span(at, at + 1) for at in range(len(raw))] == [(at, at + 1) for at in range(len(raw))]


def test_vocabulary_has_each_word_once():
    assert Text("Trees, trees and 7r33s").vocabulary == {"trees", "and"}


def test_masked_words_are_seen_with_stars_signs_and_pictures():
    assert Text("A b*n*na, b#nana_ and b🍌nana!").masked == ((2, "b*n*na"), (10, "b#nana"), (22, "b*nana"))


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
    assert fingerprint("I agree with the plan.") == ""

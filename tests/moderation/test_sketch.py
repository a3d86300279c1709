import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.minhash import BAND_COUNT, MIN_SKETCH_WORDS, alike, bands
from moderation.text.normalised import Text
from tests.moderation.letters import LETTER, VOCABULARY, changed

WORDS = Text(LETTER).words
TEXTS = st.lists(st.sampled_from(WORDS), max_size=80)


def test_bands_are_few_signed_numbers_of_64_bits():
    found = bands(WORDS)

    assert len(found) == len(set(found)) == BAND_COUNT
    assert all(-(2**63) <= band < 2**63 for band in found)
    assert any(band < 0 for band in found)


def test_bands_never_change_for_they_are_stored():
    assert bands(WORDS)[:3] == (3373986117051543563, 571605336699372689, 5738670859237993631)


@pytest.mark.parametrize("count", [0, 1, 2, 3, MIN_SKETCH_WORDS - 1])
def test_bands_of_a_short_text_are_none(count):
    assert bands(WORDS[:count]) == ()
    assert len(bands(WORDS[: count + MIN_SKETCH_WORDS])) == BAND_COUNT


@given(TEXTS)
def test_bands_are_the_same_for_the_same_words(words):
    assert bands(words) == bands(tuple(words))


@given(TEXTS)
def test_bands_do_not_count_how_often_a_run_of_words_is_there(words):
    if len(words) >= MIN_SKETCH_WORDS:
        assert bands([*words, *words, *words]) == bands([*words, *words])


def test_bands_find_nearly_every_changed_letter():
    draw = random.Random(5)
    letters = [draw.sample(VOCABULARY, draw.randint(30, 150)) for _ in range(400)]

    found = [bool({*bands(letter)} & {*bands(changed(letter, 0.15, draw))}) for letter in letters]

    assert sum(found) / len(found) >= 0.95


def test_bands_of_different_texts_are_different():
    draw = random.Random(6)
    texts = [draw.sample(VOCABULARY, 60) for _ in range(300)]

    found = [band for text in texts for band in bands(text)]

    assert len(found) == len(set(found))


@pytest.mark.parametrize("share", [0.05, 0.15, 0.3])
def test_a_changed_letter_is_alike(share):
    draw = random.Random(7)

    assert all(alike(WORDS, changed(WORDS, share, draw)) for _ in range(100))


def test_a_letter_with_a_paragraph_of_ones_own_is_alike():
    own = "I have lived beside the school for ten years, and my daughter waits for the bus under the biggest of them."

    assert alike(WORDS, (*WORDS, *Text(own).words))


def test_a_sentence_of_a_letter_is_not_alike():
    assert not alike(WORDS, WORDS[:30])
    assert not alike(WORDS[:30], WORDS)


def test_other_words_and_short_texts_are_not_alike():
    other = Text(
        "The night bus should run every hour on all days, because nurses and cooks go home late and walk."
    ).words

    assert not alike(WORDS, other)
    assert not alike(WORDS[:5], WORDS[:5])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The lantern at the quarry is out, ring 0491 570 006 about it.",
            "The foxglove stop is dark, says Quentin. Ring 0491 570 006 about it.",
        ),
        (
            "Please keep the library open on Sundays, I have lived here for twenty years.",
            "Please mend the steps at the pier, I have lived here for twenty years.",
        ),
        (
            "Bitte lassen Sie die Bücherei sonntags offen, mit freundlichen Grüßen, eine Mutter aus der Nachbarschaft.",
            "Bitte machen Sie den Radweg breiter, mit freundlichen Grüßen, eine Mutter aus der Nachbarschaft.",
        ),
    ],
)
def test_short_texts_that_share_a_sentence_are_not_alike(one, other):
    assert not alike(Text(one).words, Text(other).words)


def test_short_letter_with_one_word_of_ones_own_is_alike():
    letter = Text("Keep the night bus on the harbour line, my daughter comes home with it after work.").words

    assert alike(
        letter, Text("Keep the night bus on the harbour line, my brother comes home with it after work.").words
    )

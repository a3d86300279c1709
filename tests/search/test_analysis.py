import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.language.analysis import MAX_WORD_CHARACTERS, fold_text, possible_stems, stem_word, word_forms, word_matches


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Night-Buses, please!", ("the", "night", "buses", "please")),
        ("naïve CAFÉ Straße", ("naive", "cafe", "strasse")),
        ("don’t / don't", ("don", "t", "don", "t")),
        ("夜班公交", ("夜", "班", "公", "交")),
        ("ＢＵＳ ﬁne ½", ("bus", "fine", "12")),
        ("новый й ё", ("новый", "й", "е")),
        ("हिन्दी में", ("हिन्दी", "में")),
        ("مُحَمَّد", ("محمد",)),
        ("under_score 3.5", ("under", "score", "3", "5")),
        ("\ue000\ue001\ue002 x", ("x",)),
        ("…", ()),
    ],
)
def test_forms_are(text, words):
    assert word_forms(text) == words


def test_a_word_beyond_all_length_is_cut():
    assert word_forms("x" * 10_000) == ("x" * MAX_WORD_CHARACTERS,)


def test_words_stand_where_they_were_found():
    text = "É  bus"

    assert [text[at.start() : at.end()] for at in word_matches(text)] == ["É", "bus"]


@pytest.mark.parametrize(
    ("form", "language", "found"),
    [
        ("planting", "en", "plant"), ("planting", "en-au", "plant"), ("strassen", "de", "strass"),
        ("ecoles", "fr", "ecol"), ("planting", "und", "planting"), ("planting", "", "planting"),
        ("buses", "en", "bus"), ("children", "en-gb", "child"),
    ],
)  # fmt: skip
def test_stem_is(form, language, found):
    assert stem_word(form, language) == found


def test_stems_are_distinct():
    assert possible_stems("plantings", ["en", "de", "und", "cy"]) == ("plant", "planting", "plantings")
    assert possible_stems("buses", []) == ("buses",)


@given(st.text())
def test_forms_stand_at_their_places_and_are_safe_to_quote(text):
    found = word_forms(text)

    assert tuple(form for at in word_matches(text) for form in word_forms(at.group())) == found
    assert not any(set(form) & set('" *():^-{}+,\ue000\ue001\ue002') for form in found)
    assert all(fold_text(form) == form for form in found if form.isascii())

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.folding import fold_text
from search.language.analysis import MAX_WORD_CHARACTERS, word_forms, word_places
from search.language.stemming import possible_stems, stem_word


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
        ("Fuß\u00adgän\u00adger b\u200bus bus\ufe0f \ufeffbus\u2060 bu\u034fs", ("fussganger", *["bus"] * 4)),
        ("می\u200cخواهم", ("میخواهم",)),
        ("ﾊﾞｽ バス ｂｕｓ", ("バ", "ス", "バ", "ス", "bus")),
        ("Fuß-\ngänger", ("fussganger", "fuss", "ganger")),
        ("a street-\r\n  tree 12-\n13 end-\n", ("a", "streettree", "street", "tree", "12", "13", "end")),
        ("the Bahn\u00ad\nhof", ("the", "bahn", "hof")),
    ],
)
def test_forms_are(text, words):
    assert word_forms(text) == words


def test_a_word_beyond_all_length_is_cut():
    assert word_forms("x" * 10_000) == ("x" * MAX_WORD_CHARACTERS,)


def test_words_stand_where_they_were_found():
    text = "É  bus"

    assert [text[at.start : at.end] for at in word_places(text)] == ["É", "bus"]


def test_words_stand_where_they_were_found_among_signs_that_draw_nothing():
    text = "\u200b\u00adFuß\u00adweg\u200b zum ﾊﾞｽ-\nhof."

    assert [text[at.start : at.end] for at in word_places(text)] == [
        "Fuß\u00adweg", "zum", "ﾊﾞ", "ｽ-\nhof", "ｽ", "hof",
    ]  # fmt: skip


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


GERMAN_PLURALS = (
    "autos büros kinos kameras omas handys partys pkws lkws pcs apps tipps shops workshops taxis akkus elektroautos "
    "parks clubs hotels nachtbusse busse"
)


@pytest.mark.parametrize("plural", GERMAN_PLURALS.split())
def test_german_plurals_share_the_stem_of_their_singular(plural):
    singular = plural.removesuffix("se") if plural.endswith("busse") else plural.removesuffix("s")

    assert stem_word(fold_text(plural), "de") == stem_word(fold_text(singular), "de")


@pytest.mark.parametrize(
    ("singular", "others"),
    [
        ("kostenlos", "kostenlose kostenlosen"), ("Glas", "Glases"), ("Bus", "Busse Bussen"), ("Preis", "Preise"),
        ("Ergebnis", "Ergebnisse"), ("Haus", "Hauses"), ("Gips", "Gipses"), ("Erdgas", "Erdgases"),
    ],
)  # fmt: skip
def test_german_words_that_end_in_s_by_themselves_keep_their_forms_together(singular, others):
    stems = {stem_word(fold_text(form), "de") for form in (singular, *others.split())}

    assert len(stems) == 1


@pytest.mark.parametrize(
    ("noun", "particles"),
    [
        ("버스", "는 를 가 에 에서 에서는 와 로 의 도 만 까지 부터 들이 나 에도"),
        ("공원", "은 을 이 에 에서 에서는 과 으로 의 도 까지 부터 들은 이나"),
        ("학생", "들에게는 들이 과 한테"),
        ("집", "은 을 에 에서 에서는 으로"),
    ],
)
def test_korean_nouns_are_found_whatever_particle_follows(noun, particles):
    assert {stem_word(f"{noun}{particle}", "ko") for particle in ("", *particles.split())} == {noun}


@pytest.mark.parametrize("noun", ["마을", "나이", "회의", "도시", "가을", "서울", "종이", "아이"])
def test_korean_nouns_that_end_like_a_particle_are_left_alone(noun):
    assert stem_word(noun, "ko") == noun


def test_stems_are_distinct():
    assert possible_stems("plantings", ["en", "de", "und", "cy"]) == ("plant", "planting", "plantings")
    assert possible_stems("buses", []) == ("buses",)


@given(st.text())
def test_forms_stand_at_their_places_and_are_safe_to_quote(text):
    found = word_forms(text)

    places = word_places(text)
    assert len(places) == len(found)
    assert all(0 <= at.start < at.end <= len(text) for at in places)
    assert all(form in word_forms(text[at.start : at.end]) for form, at in zip(found, places, strict=True))
    assert not any(set(form) & set('" *():^-{}+,\ue000\ue001\ue002\ue003') for form in found)
    assert all(fold_text(form) == form for form in found if form.isascii())

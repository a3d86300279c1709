import pytest

from moderation.detectors import DETECTORS, Context, Match
from moderation.detectors.topic import nearness
from moderation.text.normalised import Text

TREES = {f"word{number}": 1.0 for number in range(300)} | {"trees": 4.0, "shade": 2.0, "plant": 2.0}
ABOUT_TREES = "Please plant more trees in every street, for children and old people walk in the shade of them."
ABOUT_PASSPORTS = "The passport office lost my application again, and nobody there answers the telephone on weekdays."


def found(detector, raw, context=None, **parameters):
    return [raw[m.start : m.end] for m in DETECTORS[detector].detect(Text(raw), context or Context(), **parameters)]


@pytest.mark.parametrize("name", ["off_topic", "criticism", "near_copy", "copied_text", "own_copies"])
def test_what_a_text_is_about_and_how_many_say_it_is_no_reason_to_hold(name):
    assert DETECTORS[name].most == "suggest"


def test_off_topic_compares_with_the_words_of_the_consultation():
    assert found("off_topic", ABOUT_PASSPORTS, Context(topic=TREES)) == [ABOUT_PASSPORTS]
    assert found("off_topic", ABOUT_TREES, Context(topic=TREES)) == []
    assert found("off_topic", ABOUT_TREES, Context(topic=TREES), minimum=0.9) == [ABOUT_TREES]


def test_off_topic_says_nothing_without_a_topic_or_of_a_short_text():
    assert found("off_topic", ABOUT_PASSPORTS) == []
    assert found("off_topic", ABOUT_PASSPORTS, Context(topic={"trees": 1.0})) == []
    assert found("off_topic", "My passport is late.", Context(topic=TREES)) == []


def test_nearness_is_the_mean_weight_of_the_telling_words():
    assert nearness(frozenset({"trees", "shade", "passport", "the", "with"}), TREES) == (4 + 2 + 0) / 3 / 4
    assert nearness(frozenset({"the", "and"}), TREES) == 1.0


def test_criticism_needs_somebody_and_something_harsh_in_one_sentence():
    raw = "I like trees. Your planners failed us again! The weather was bad. You did well."

    assert found("criticism", raw) == ["Your planners failed us again!"]


def test_criticism_knows_the_names_of_the_agency():
    raw = "HarbourWays is hopeless."

    assert found("criticism", raw) == []
    assert found("criticism", raw, names=("HarbourWays",)) == [raw]


def test_near_copy_counts_what_others_nearly_said():
    assert list(DETECTORS["near_copy"].detect(Text(ABOUT_TREES), Context(near_copies=3))) == [
        Match(0, len(ABOUT_TREES), "Nearly the same text was sent 3 times.")
    ]
    assert found("near_copy", ABOUT_TREES, Context(near_copies=2)) == []
    assert found("near_copy", ABOUT_TREES, Context(near_copies=2), minimum=2) == [ABOUT_TREES]
    assert found("near_copy", "Keep it.", Context(near_copies=30)) == []


@pytest.mark.parametrize(
    ("raw", "language", "is_seen"),
    [
        ("More trees, please.", "en", False),
        ("Mehr Bäume, bitte.", "de", False),
        ("Plus d'arbres, merci.", "fr", True),
        ("Plus d'arbres, merci.", "fr-CA", True),
        ("多種一些樹", "en", True),
        ("Больше деревьев", "en", True),
        ("The sign says 公園, and it is new.", "en", False),
        ("Ω", "en", False),
        ("👍👍👍", "en", False),
    ],
)
def test_language_finds_what_moderators_do_not_read(raw, language, is_seen):
    context = Context(language=language)

    assert found("language", raw, context, readable=("en", "de")) == ([raw] if is_seen else [])


def test_language_reads_every_script_of_the_readable_languages():
    assert found("language", "Больше деревьев", Context(language="ru"), readable=("en", "ru")) == []
    assert found("language", "もっと木をください", Context(language="ja"), readable=("ja",)) == []


@pytest.mark.parametrize("readable", [["English"], ["EN"]])
def test_language_refuses_what_is_no_language(readable):
    with pytest.raises(ValueError, match="language"):
        DETECTORS["language"].frozen_parameters({"readable": readable})

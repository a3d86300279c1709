"""What holds for every detector, whoever adds it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.detectors import DETECTORS, Context, Match
from moderation.text.normalised import Text
from tests.call_count import calls_of

PARAMETERS = {
    "words": {"lists": ("severe", "profanity", "severe-de")},
    "pattern": {"patterns": ("a+b",)},
    "language": {"readable": ("en",)},
    "link_count": {"maximum": 0},
    "threats": {"targets": ("planner",)},
    "street_address": {"homes": True},
}
RICH = Context(
    author_domain="agency.example",
    staff_domains=("agency.example",),
    public_people=("Mayor Jane Smith", "a", ""),
    topic=dict.fromkeys(map(str, range(300)), 1.0),
    own_contacts=("help@agency.example", "1 Market Square", ""),
    own_domains=("agency.example",),
    copies=9,
    own_copies=3,
    near_copies=9,
    maximum_length=30,
)
PIECES = st.sampled_from(
    "I will kill you . ! ? 12 Mill Lane Straße 5 flat 3/4 the mayor should be shot jane smith call 0491 570 006 an "
    "ambulance my house is on fire i want to die bit.ly/a example.org jane@example.org ' \" “ ” ’ f*ck sh1t 🔥 é ß ﬁ "
    "4111 1111 NO no a b c \n \u200b 公園 you failed us GB82 WEST".split(" ")
)
TEXTS = st.text(max_size=80) | st.lists(PIECES, max_size=20).map(" ".join) | st.lists(PIECES, max_size=20).map("".join)
LONG = (
    "a",
    "A ",
    "1 ",
    "1a",
    "a.",
    "!",
    "' ",
    '"',
    "é",
    "🔥",
    "i will ",
    "12 Aa ",
    "a-",
    "call an ",
    "www.",
    "a@",
    "Am A ",
    "1/",
)


def seen_by(name, raw, **parameters):
    return list(DETECTORS[name].detect(Text(raw), RICH, **parameters))


@pytest.mark.parametrize("name", sorted(DETECTORS))
@settings(max_examples=60)
@given(raw=TEXTS)
def test_detector_says_the_same_twice_and_points_into_the_text(name, raw):
    for parameters in ({}, PARAMETERS.get(name, {})):
        seen = seen_by(name, raw, **parameters)

        assert seen == seen_by(name, raw, **parameters)
        assert [match for match in seen if not 0 <= match.start <= match.end <= len(raw)] == []
        assert all(isinstance(match, Match) and match.explanation.endswith(".") for match in seen)


@pytest.mark.parametrize("part", LONG)
@pytest.mark.parametrize("name", sorted(DETECTORS))
def test_detector_works_in_proportion_to_a_hostile_text(name, part):
    seen_by(name, part, **PARAMETERS.get(name, {}))  # what is compiled on first use

    short, long = (
        calls_of(lambda raw=(part * size)[:size]: seen_by(name, raw, **PARAMETERS.get(name, {})))
        for size in (1250, 5000)
    )

    assert long <= 5 * short + 500  # four times the text; sixteen times the work would be squared


def test_many_telephone_numbers_take_work_in_proportion():
    numbers = "0491 570 156, 0491 570 157; "
    seen_by("phone", numbers)

    short, long = (calls_of(lambda raw=numbers * count: seen_by("phone", raw)) for count in (100, 400))

    assert len(seen_by("phone", numbers * 400)) == 800
    assert long <= 5 * short


@pytest.mark.parametrize("name", sorted(DETECTORS))
def test_detector_says_what_it_is_for(name):
    assert DETECTORS[name].detect.__doc__.partition("\n")[0].endswith(".")
    assert DETECTORS[name].most in ("suggest", "hold")

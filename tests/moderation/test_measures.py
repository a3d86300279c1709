"""What the detectors and the starter policy must show, on real comments and on sentences made up for it."""

import csv
import json
import random
from collections import defaultdict
from io import StringIO
from itertools import product

import pytest

from moderation.detectors import DETECTORS, Context
from moderation.detectors.topic import nearness
from moderation.policy.loading import STARTER_POLICY, load_policy
from moderation.policy.ruleset import Ruleset
from moderation.screening.topic import word_weights
from moderation.text.minhash import alike, bands
from moderation.text.normalised import Text
from tests.conftest import DATA

CIVIC = DATA / "polis-moderated"
SYNTHETIC = DATA / "presidio-synth" / "synth_dataset_v2.json"
NOT_ENGLISH = ("austria-climate", "vtaiwan")

needs_civic = pytest.mark.skipif(not CIVIC.exists(), reason="the civic comments are not here")
needs_synthetic = pytest.mark.skipif(not SYNTHETIC.exists(), reason="the synthetic sentences are not here")

# What each may see in real comments that were accepted, as a share. Those that hold see next to nothing.
MOST_SEEN = {
    ("street_address", ()): 0.0005,
    ("street_address", (("homes", True),)): 0.0005,
    ("threats", ()): 0.0005,
    ("crisis_help", ()): 0.0005,
    ("emergency", ()): 0.0005,
    ("email", ()): 0.0005,
    ("phone", ()): 0.0005,
    ("words", (("lists", ("severe",)),)): 0.0005,
    ("language", (("readable", ("en",)),)): 0.0005,
    ("criticism", ()): 0.05,
}

GROUPS = """
Aboriginal people; Torres Strait Islanders; First Nations people; Māori; Pasifika people; Pākehā; Inuit; Native
Americans; Black people; white people; brown people; Asian people; African Australians; African Americans; Chinese
people; Japanese people; Koreans; Vietnamese people; Indians; Pakistanis; Bangladeshis; Sri Lankans; Nigerians;
Somalis; Sudanese people; Mexicans; Poles; Germans; Italians; Greeks; Irish people; Scots; Welsh people; English
people; Americans; Turks; Kurds; Syrians; Ukrainians; Russians; Palestinians; Israelis; Roma; Travellers; migrants;
immigrants; refugees; asylum seekers; backpackers; Jews; Muslims; Christians; Catholics; Protestants; Hindus; Sikhs;
Buddhists; atheists; Mormons; Jehovah's Witnesses; deaf people; blind people; disabled people; wheelchair users;
autistic people; people with Down syndrome; people with epilepsy; people with a mental illness; gay people; lesbians;
bisexual people; transgender people; trans women; trans men; queer people; non-binary people; intersex people; women;
men; girls; boys; mothers; fathers; single parents; pregnant women; old people; pensioners; young people; teenagers;
babies; homeless people; poor people; rich people; sex workers; prisoners; fat people; unemployed people; farmers;
cyclists; drivers; dog owners; tenants; landlords; police officers; politicians
"""
ABOUT_THEM = (
    "{} live in this town, too.",
    "Many {} use the library every day.",
    "{} should have a say in this plan.",
    "I work with {}, and I like my job.",
    "We need more seats and better lighting for {}.",
    "{} were not asked, and that is a pity.",
    "{} were attacked here last year, and nobody helped.",
    "The report says that {} wait longer for a bus.",
    "Some of my best neighbours are {}.",
    "{} are shouted at and sworn at on this train. It must stop.",
    "In my view there are too few {} on the council.",
    "I am proud of what {} did for this river.",
    "Do {} pay the same fees as everybody else?",
    "Laws about {} should be changed by parliament, not by you.",
    "My children go to school with {}; they play and fight and make up.",
)


@pytest.fixture(scope="module")
def ruleset():
    return Ruleset(load_policy(STARTER_POLICY))


def comments(*, accepted_only=False):
    """Return the English comments of each conversation, those that moderators refused with them or not."""
    found = {}
    for path in sorted(CIVIC.glob("*.csv")):
        if not path.name.startswith(NOT_ENGLISH):
            rows = csv.DictReader(StringIO(path.read_text(encoding="utf-8")))
            found[path.stem] = [r["comment-body"] for r in rows if r["moderated"] == "1" or not accepted_only]
    return found


def in_one(by_conversation):
    return [comment for rows in by_conversation.values() for comment in rows]


def changed(words, share, others, draw):
    """Return a copy in which a share of the words was replaced, left out or added to."""
    edited = []
    chosen = set(draw.sample(range(len(words)), round(share * len(words))))
    for place, word in enumerate(words):
        new = draw.choice(others)
        edited += draw.choice(([new], [new], [], [word, new])) if place in chosen else [word]
    return edited


@pytest.mark.data
@needs_civic
@pytest.mark.parametrize(("detector", "parameters"), MOST_SEEN)
def test_detectors_see_next_to_nothing_in_comments_that_were_accepted(detector, parameters):
    accepted = in_one(comments(accepted_only=True))

    seen = [raw for raw in accepted if list(DETECTORS[detector].detect(Text(raw), Context(), **dict(parameters)))]

    assert len(accepted) > 1000
    assert len(seen) / len(accepted) <= MOST_SEEN[detector, parameters]


def test_no_rule_holds_what_is_said_of_groups_of_people(ruleset):
    groups = [group.strip() for group in GROUPS.replace("\n", " ").split(";")]
    sentences = [template.format(group) for template, group in product(ABOUT_THEM, groups)]
    sentences = [sentence[0].upper() + sentence[1:] for sentence in sentences]

    held = [sentence for sentence in sentences if ruleset.screen(sentence).action == "hold"]

    assert len(groups) >= 40
    assert held == []


@pytest.mark.parametrize("detector", ["threats", "crisis_help", "emergency", "street_address", "impersonation"])
def test_no_detector_that_may_hold_sees_what_is_said_of_groups_of_people(detector):
    groups = [group.strip() for group in GROUPS.replace("\n", " ").split(";")]

    texts = [Text(template.format(group)) for template, group in product(ABOUT_THEM, groups)]

    assert [text.raw for text in texts if list(DETECTORS[detector].detect(text, Context()))] == []


@pytest.mark.data
@needs_civic
def test_letters_of_a_campaign_are_found_among_other_comments():
    draw = random.Random(1)
    others = [Text(raw).words for raw in in_one(comments())]
    vocabulary = [word for words in others for word in words]
    draw.shuffle(others)
    letters = [sum((others.pop() for _ in range(draw.randint(2, 8))), ()) for _ in range(300)]
    letters = [letter for letter in letters if len(letter) >= 25]
    everything = letters + others
    known = defaultdict(set)
    for place, words in enumerate(everything):
        for band in bands(words):
            known[band].add(place)

    found = wrong = 0
    for place, letter in enumerate(letters):
        copy = changed(letter, 0.15, vocabulary, draw)
        near = {other for band in bands(copy) for other in known[band]}
        found += place in near and alike(copy, letter)
        wrong += sum(alike(copy, everything[other]) for other in near - {place})

    assert found / len(letters) >= 0.95
    assert wrong / len(letters) <= 0.02
    assert len(others) > 2000


@pytest.mark.data
@needs_civic
def test_candidates_for_near_copies_are_few_among_comments():
    known = defaultdict(list)
    sketched = [words for raw in in_one(comments()) if bands(words := Text(raw).words)]
    for place, words in enumerate(sketched):
        for band in bands(words):
            known[band].append(place)

    pairs = {(one, other) for places in known.values() for one in places for other in places if one < other}

    assert len(sketched) > 2000
    assert len(pairs) / len(sketched) <= 0.5


@pytest.mark.data
@needs_civic
def test_off_topic_tells_comments_of_other_conversations():
    draw = random.Random(2)
    large = {name: draw.sample(rows, len(rows)) for name, rows in comments().items() if len(rows) >= 100}
    told = own_flagged = own_count = 0
    for name, rows in large.items():
        topic = word_weights(rows[: len(rows) // 2])
        own = [text for raw in rows[len(rows) // 2 :] if len((text := Text(raw)).words) >= 12][:100]
        foreign = [Text(raw) for other in large if other != name for raw in large[other][:60]]
        foreign = [text for text in foreign if len(text.words) >= 12][:100]
        nearer = [
            nearness(one.vocabulary, topic) > nearness(other.vocabulary, topic) for one in own for other in foreign
        ]
        told += sum(nearer) / len(nearer) / len(large)
        own_flagged += sum(bool(list(DETECTORS["off_topic"].detect(one, Context(topic=topic)))) for one in own)
        own_count += len(own)

    assert told >= 0.85  # the area under the curve, a mean over conversations
    assert own_flagged / own_count <= 0.03


@pytest.mark.data
@needs_synthetic
def test_street_addresses_that_are_found_are_addresses():
    right = wrong = missed = 0
    for row in json.loads(SYNTHETIC.read_text()):
        true = [(s["start_position"], s["end_position"]) for s in row["spans"] if s["entity_type"] == "STREET_ADDRESS"]
        seen = [(m.start, m.end) for m in DETECTORS["street_address"].detect(Text(row["full_text"]), Context())]
        hits = sum(any(a < end and start < b for a, b in seen) for start, end in true)
        right, missed = right + hits, missed + len(true) - hits
        wrong += sum(not any(a < end and start < b for start, end in true) for a, b in seen)

    assert right / (right + wrong) >= 0.98
    assert right / (right + missed) >= 0.12  # addresses from all over the world, of which we know a few kinds

"""How texts are judged does not get worse on the sets of `bench/judged`, nor on real comments where there are any."""

import pytest

from bench import judgement
from moderation.policy.loading import STARTER_POLICY, load_policy
from moderation.policy.ruleset import Ruleset
from tests.conftest import DATA


@pytest.fixture(scope="module")
def rules():
    return Ruleset(load_policy(STARTER_POLICY))


def shares(figures):
    return {what: count / of for what, (count, of) in figures.items()}


@pytest.mark.slow
def test_letters_are_parted_from_their_opposites_and_known_again():
    parted, known = shares(judgement.letters()).values()

    assert parted == 1
    assert known >= 0.95


@pytest.mark.slow
def test_bad_words_are_held_when_they_are_meant_and_only_then(rules):
    found = shares(judgement.hearsay(rules))

    assert found.pop("slurs that are meant, held") >= 0.98
    assert set(found.values()) == {0}


@pytest.mark.slow
def test_nothing_innocent_is_held(rules):
    assert set(shares(judgement.innocent(rules)).values()) == {0}


@pytest.mark.slow
def test_insults_are_noted(rules):
    assert shares(judgement.insults(rules))["plain insults, noted"] >= 0.95


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.skipif(not (DATA / "polis-moderated").is_dir(), reason="needs the comments of Polis")
def test_accepted_comments_are_not_held_and_hardly_noted(rules):
    held, held_everywhere, insulted = shares(judgement.civic(rules)).values()

    assert (held, held_everywhere) == (0, 0)
    assert insulted <= 0.005

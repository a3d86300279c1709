"""Many at the same moment, each on a connection of its own: nobody is counted twice, and nobody not at all."""

import pytest

from portal.http.rate_limits import RateLimit
from tests.moderation.concurrency import together

PEOPLE, TRIES = 8, 25
GUESSES = RateLimit("guesses", most=120, window_seconds=3600)

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_of_two_hundred_at_once_exactly_as_many_pass_as_the_limit_says():
    results = together(lambda _person: [GUESSES.count("one") for _n in range(TRIES)], range(PEOPLE))

    tallies = [tally for counted in results.values() for tally in counted]
    assert sorted(tally.number for tally in tallies) == [*range(1, PEOPLE * TRIES + 1)]
    assert sum(not tally.is_over for tally in tallies) == GUESSES.most

"""Many at the same moment, each on a connection of its own: nobody is counted twice, and nobody not at all."""

import pytest

from portal.http.rate_limits import RateLimit, count_together
from tests.moderation.concurrency import together

PEOPLE, TRIES = 8, 25
GUESSES = RateLimit("guesses", most=120, window_seconds=3600)
KNOCKS = RateLimit("knocks", most=120, window_seconds=3600)

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_of_two_hundred_at_once_exactly_as_many_pass_as_the_limit_says():
    results = together(lambda _person: [GUESSES.count("one") for _n in range(TRIES)], range(PEOPLE))

    tallies = [tally for counted in results.values() for tally in counted]
    assert sorted(tally.number for tally in tallies) == [*range(1, PEOPLE * TRIES + 1)]
    assert sum(not tally.is_over for tally in tallies) == GUESSES.most


def test_several_limits_counted_at_once_in_any_order_lose_none():
    pairs = [(GUESSES, "one"), (KNOCKS, "one")]

    def count(person):
        return [count_together(*pairs[:: 1 if person % 2 else -1]) for _n in range(TRIES)]

    together(count, range(PEOPLE))

    assert [limit.tally(subject).number for limit, subject in pairs] == [PEOPLE * TRIES] * 2

"""Limits that count: each subject for itself, window by window."""

import pytest
import time_machine
from django.db import transaction
from django.test import RequestFactory

from portal.http.client_address import network_of
from portal.http.rate_limits import RateCount, RateLimit, Tally, count_together

TAPS = RateLimit("taps", most=2, window_seconds=60)
KNOCKS = RateLimit("knocks", most=2, window_seconds=60)


@pytest.fixture
def clock(db):
    with time_machine.travel("2027-03-01T10:00:00Z", tick=False) as moved:
        yield moved


def network(address):
    return network_of(RequestFactory().get("/", REMOTE_ADDR=address))


def test_limit_is_over_with_the_first_that_is_too_many(clock):
    assert [TAPS.count("one").is_over for _n in range(4)] == [False, False, True, True]


def test_tally_says_how_many_and_when_the_window_ends(clock):
    TAPS.count("one")
    clock.shift(20)

    assert TAPS.count("one") == Tally(number=2, most=2, resets_in=40)
    assert TAPS.tally("one") == Tally(number=2, most=2, resets_in=40)
    assert TAPS.tally("another") == Tally(number=0, most=2, resets_in=0)


def test_window_begins_anew_when_it_has_ended(clock):
    for _n in range(3):
        TAPS.count("one")
    clock.shift(60)

    assert TAPS.tally("one").number == 0
    assert TAPS.count("one") == Tally(number=1, most=2, resets_in=60)


def test_each_subject_and_each_limit_counts_for_itself(clock):
    TAPS.count("one")

    assert (TAPS.count("another").number, KNOCKS.count("one").number) == (1, 1)


def test_several_are_counted_in_one_statement(clock, django_assert_num_queries):
    TAPS.count("one")
    with django_assert_num_queries(1):
        tallies = count_together((KNOCKS, "one"), (TAPS, "one"), (TAPS, "another"))

    assert [tally.number for tally in tallies] == [1, 2, 1]


def test_what_is_forgotten_begins_anew(clock):
    TAPS.count("one")
    TAPS.count("another")
    TAPS.forget("one")

    assert (TAPS.count("one").number, TAPS.count("another").number) == (1, 2)


def test_row_does_not_say_who_was_counted(clock):
    TAPS.count("203.0.113.7")

    [row] = RateCount.objects.values()
    assert "203.0.113.7" not in repr(row)
    assert {**row, "key": len(row["key"])} == {"key": 64, "name": "taps", "number": 1, "ends_at": 1803895260}


def test_rows_go_when_their_windows_have_ended(clock):
    TAPS.count("one")
    clock.shift(30)
    TAPS.count("another")
    clock.shift(30)
    RateCount.clear_away()

    assert list(RateCount.objects.values_list("key", flat=True)) == [TAPS.key_of("another")]


@pytest.mark.django_db(transaction=True)
def test_counting_in_a_transaction_that_may_be_rolled_back_is_refused():
    with pytest.raises(RuntimeError), transaction.atomic():
        TAPS.count("one")

    assert not RateCount.objects.exists()


@pytest.mark.parametrize(
    ("address", "other", "is_same"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("", "unix:/run/parley.sock", True),
    ],
)
def test_network_is_an_ipv4_address_or_half_an_ipv6_address(address, other, is_same):
    assert (network(address) == network(other)) is is_same

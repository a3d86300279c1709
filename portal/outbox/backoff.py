"""Exponential backoff with random variation."""

from datetime import timedelta
from random import uniform

FIRST_MESSAGE_DELAY = timedelta(seconds=15)
LONGEST_MESSAGE_DELAY = timedelta(hours=4)
MESSAGE_TRIES = 38  # nearly five days, as RFC 5321 advises
FIRST_PAUSE_DELAY = timedelta(seconds=5)
LONGEST_PAUSE_DELAY = timedelta(minutes=15)


def message_delay(tries):
    """Return the delay of a message after so many tries."""
    return backoff_delay(FIRST_MESSAGE_DELAY, LONGEST_MESSAGE_DELAY, tries)


def pause_delay(failures):
    """Return the pause of a transport after so many consecutive failures."""
    return backoff_delay(FIRST_PAUSE_DELAY, LONGEST_PAUSE_DELAY, failures)


def backoff_delay(first, longest, times):
    """Return the delay after so many tries, varied by up to a quarter."""
    delay = min(first * 2 ** (min(times, 20) - 1), longest)
    return delay * uniform(0.75, 1.25)  # noqa: S311  (it spreads workers, and guards nothing)
